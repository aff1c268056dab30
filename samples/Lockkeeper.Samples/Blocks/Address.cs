namespace Lockkeeper.Samples.Blocks;

public sealed record Address(byte[] Hash, long Block);
