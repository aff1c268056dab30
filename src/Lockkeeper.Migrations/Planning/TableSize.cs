namespace Lockkeeper.Migrations.Planning;

/// <summary>What a table takes up.</summary>
/// <param name="Bytes">With its indexes and all that belongs to it.</param>
/// <param name="Heap">Its rows alone.</param>
internal sealed record TableSize(long Bytes, long Heap);
