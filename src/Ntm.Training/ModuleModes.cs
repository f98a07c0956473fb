using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>Which of a model's modules are in train mode and which in eval mode.</summary>
internal sealed class ModuleModes
{
    private readonly nn.Module[] _roots;
    private readonly (nn.Module Module, bool IsTraining)[] _modes;

    public ModuleModes(ISequenceModel model)
    {
        _roots = model is nn.Module module ? [module] : [.. model.modules()];
        _modes = [.. _roots.SelectMany(r => r.modules().Prepend(r)).Distinct(ReferenceEqualityComparer.Instance).Cast<nn.Module>().Select(m => (m, m.training))];
    }

    /// <summary>Whether a model has modules, and none that is not part of another is in train mode.</summary>
    public bool AreEvaluating => _roots.Length > 0 && !Array.Exists(_modes, m => m.IsTraining && Array.IndexOf(_roots, m.Module) >= 0);

    /// <summary>Sets all modules to one mode.</summary>
    public void Set(bool isTraining)
    {
        foreach (var root in _roots)
            root.train(isTraining);
    }

    /// <summary>Sets every module to the mode that it had.</summary>
    public void Restore()
    {
        try
        {
            // A module's mode is also set for those below it, and one below two others may be set again by the second: until nothing is left to
            // set, and no more often than a chain of all modules takes.
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
            // Who disposed the model wants no mode of it, and whatever ended the call is what should be heard of.
        }
    }
}
