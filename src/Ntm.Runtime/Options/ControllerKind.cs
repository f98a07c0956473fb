namespace Ntm.Core;

/// <summary>The built-in controllers (paper, section 3.4).</summary>
public enum ControllerKind
{
    /// <summary>A stack of LSTM layers with a learned initial state.</summary>
    Lstm,

    /// <summary>A feedforward network with tanh units; all memory between steps is in the memory matrix.</summary>
    Feedforward,

    /// <summary>A stack of layers of gated recurrent units in torch's form, with a learned initial state (Cho et al. 2014).</summary>
    Gru,
}
