using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>Records which of a model's modules are in train mode and which in eval mode.</summary>
internal sealed class ModuleModes
{
    private readonly nn.Module[] _roots;
    private readonly (nn.Module Module, bool IsTraining)[] _modes;

    public ModuleModes(ISequenceModel model)
    {
        _roots = model is nn.Module module ? [module] : [.. model.modules()];
        _modes = [.. _roots.SelectMany(r => r.modules().Prepend(r)).Distinct(ReferenceEqualityComparer.Instance).Cast<nn.Module>().Select(m => (m, m.training))];
    }

    /// <summary>All modules, each once.</summary>
    public IEnumerable<nn.Module> Modules => _modes.Select(m => m.Module);

    /// <summary>Tells whether a model has modules, and every module that is not part of another one is in eval mode.</summary>
    public bool AreEvaluating => _roots.Length > 0 && !Array.Exists(_modes, m => m.IsTraining && Array.IndexOf(_roots, m.Module) >= 0);

    /// <summary>Sets all modules to one mode.</summary>
    public void Set(bool isTraining)
    {
        foreach (var root in _roots)
            root.train(isTraining);
    }

    /// <summary>Restores the recorded mode of every module.</summary>
    public void Restore()
    {
        try
        {
            // Setting a module's mode also sets the modes of its submodules, and a submodule of two modules may be set again by the second. So repeat
            // until nothing changes, at most as often as a chain of all modules needs.
            for (var (round, isSet) = (0, false); !isSet && round <= _modes.Length; round++)
            {
                isSet = true;
                foreach (var (module, isTraining) in _modes)
                {
                    if (module.training == isTraining)
                        continue;
                    module.train(isTraining);
                    isSet = false;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // If the model was disposed, its modes no longer matter, and the exception that ended the call should be reported.
        }
    }
}
