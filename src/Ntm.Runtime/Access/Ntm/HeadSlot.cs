namespace Ntm.Runtime.Access;

/// <summary>The inputs and results of addressing by one head at one step, for one sample. Arrays over locations are padded.</summary>
internal unsafe ref struct HeadSlot
{
    /// <summary>The activated key, <c>[M]</c>, followed by strength, gate, shift weighting, sharpening.</summary>
    public float* Key;

    /// <summary><c>(|k|^2 + epsilon)^(-1/2)</c></summary>
    public float KeyScale;

    /// <summary>The addressed memory, and <c>(|M(i)|^2 + epsilon)^(-1/2)</c>.</summary>
    public float* Memory;

    /// <inheritdoc cref="Memory"/>
    public float* RowScales;

    /// <summary>The weighting of the previous step.</summary>
    public float* Previous;

    /// <summary>The cosine similarities.</summary>
    public float* Similarity;

    /// <summary>The content weighting; for content addressing, the weighting.</summary>
    public float* Content;

    /// <summary>The shifted weighting plus epsilon.</summary>
    public float* Shifted;

    /// <summary>The logarithm of <see cref="Shifted"/>.</summary>
    public float* Logarithm;

    /// <summary>The weighting.</summary>
    public float* Weighting;
}
