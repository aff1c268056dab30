namespace Lockkeeper.Samples.Blocks;

public sealed record Transfer(byte[] Hash, long Block, byte[] Sender, byte[] Receiver, decimal Amount);
