namespace Lockkeeper.Samples.Blocks;

public sealed record Balance(byte[] Address, long Block, decimal Amount);
