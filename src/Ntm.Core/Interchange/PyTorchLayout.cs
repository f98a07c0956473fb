namespace Ntm.Core.Interchange;

/// <summary>The PyTorch projects whose models can be imported, by the names of their state dict's tensors and the equations behind them.</summary>
public enum PyTorchLayout
{
    /// <summary>
    /// <c>ntm-pytorch</c>: one LSTM cell whose cell state feeds the heads, a write that erases all of what it replaces, a trained memory.
    /// Its tensors are called <c>controller.controller_net.weight_ih</c>, <c>heads.0.key_fc.weight</c> and so on.
    /// </summary>
    NtmPyTorch,

    /// <summary>
    /// <c>pytorch-ntm</c>: an LSTM of any number of layers, trained erase vectors, a fixed memory. Its tensors are called
    /// <c>ntm.controller.lstm.weight_ih_l0</c>, <c>ntm.heads.0.fc_read.weight</c> and so on.
    /// </summary>
    PyTorchNtm,
}
