using Ntm.Core;

namespace Ntm.Training.Distributed;

/// <summary>A score as ranks exchange it.</summary>
internal readonly struct ScoreRow
{
    private readonly double _lossSum;
    private readonly double _optimalCostSum;
    private readonly long _sequences;
    private readonly long _wrongSum;
    private readonly long _perfectSequences;
    private readonly long _countSum;
    private readonly int _loss;
    private readonly byte _isOfFunction;
    private readonly byte _isFinite;
    private readonly byte _requests;

    public ScoreRow(SequenceScore score, RankRequests requests = RankRequests.None)
    {
        (_lossSum, _optimalCostSum, _sequences, _wrongSum) = (score.LossSum, score.OptimalCostSum, score.Sequences, score.WrongSum);
        (_perfectSequences, _countSum, _loss) = (score.PerfectSequences, score.CountSum, (int)score.Loss);
        (_isOfFunction, _isFinite, _requests) = (score.IsOfFunction ? (byte)1 : (byte)0, score.IsFinite ? (byte)1 : (byte)0, (byte)requests);
    }

    /// <summary>The requests of the rank.</summary>
    public RankRequests Requests => (RankRequests)_requests;

    /// <summary>The score.</summary>
    public SequenceScore Score => new((LossKind)_loss, _sequences, _lossSum, _wrongSum, _perfectSequences, _countSum)
    {
        OptimalCostSum = _optimalCostSum,
        IsOfFunction = _isOfFunction != 0,
        IsFinite = _isFinite != 0,
    };
}
