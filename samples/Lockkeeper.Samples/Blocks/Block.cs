namespace Lockkeeper.Samples.Blocks;

public sealed record Block(long Number, byte[] Hash, DateTime MinedAt, IReadOnlyList<Transfer> Transfers, IReadOnlyList<Balance> Balances);
