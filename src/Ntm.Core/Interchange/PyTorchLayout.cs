namespace Ntm.Core.Interchange;

/// <summary>The PyTorch projects whose models can be imported. A layout is the tensor names of the state dict and the equations behind them.</summary>
public enum PyTorchLayout
{
    /// <summary>
    /// <c>ntm-pytorch</c>: one LSTM cell whose cell state feeds the heads, writes that erase everything they replace, a trained memory.
    /// Its tensors have names such as <c>controller.controller_net.weight_ih</c> and <c>heads.0.key_fc.weight</c>.
    /// </summary>
    NtmPyTorch,

    /// <summary>
    /// <c>pytorch-ntm</c>: an LSTM of any number of layers, trained erase vectors, a fixed memory. Its tensors have names such as
    /// <c>ntm.controller.lstm.weight_ih_l0</c> and <c>ntm.heads.0.fc_read.weight</c>.
    /// </summary>
    PyTorchNtm,
}
