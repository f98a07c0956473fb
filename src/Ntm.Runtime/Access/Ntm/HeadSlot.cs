namespace Ntm.Runtime.Access;

/// <summary>What addressing by one head at one step is given and leaves behind, for one sample. Arrays over locations are padded.</summary>
internal unsafe ref struct HeadSlot
{
    /// <summary>The activated key, <c>[M]</c>, behind it strength, gate, shift weighting, sharpening.</summary>
    public float* Key;

    /// <summary><c>(|k|^2 + epsilon)^(-1/2)</c></summary>
    public float KeyScale;

    /// <summary>The memory that is addressed, and <c>(|M(i)|^2 + epsilon)^(-1/2)</c>.</summary>
    public float* Memory;

    /// <inheritdoc cref="Memory"/>
    public float* RowScales;

    /// <summary>The weighting of the step before.</summary>
    public float* Previous;

    /// <summary>The cosine similarities.</summary>
    public float* Similarity;

    /// <summary>The content weighting; for content addressing, the weighting.</summary>
    public float* Content;

    /// <summary>The shifted weighting plus epsilon.</summary>
    public float* Shifted;

    /// <summary>Its logarithm.</summary>
    public float* Logarithm;

    /// <summary>The weighting.</summary>
    public float* Weighting;
}
