using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Npgsql;

namespace Lockkeeper.Samples.Blocks;

/// <summary>
/// Imports the blocks of a chain with many workers at once. Blocks share addresses: the same rows are written from everywhere, in whatever order
/// they come. A block is one unit, so it is either there with its transactions and balances, or not at all.
/// </summary>
public sealed class BlockImporter : IDisposable
{
    public const string Schema = """
        CREATE TABLE addresses (hash bytea PRIMARY KEY, first_seen bigint NOT NULL, last_seen bigint NOT NULL);
        CREATE TABLE blocks (number bigint PRIMARY KEY, hash bytea NOT NULL UNIQUE, mined_at timestamptz NOT NULL);
        CREATE TABLE transactions (
            hash bytea PRIMARY KEY,
            block bigint NOT NULL REFERENCES blocks ON DELETE CASCADE,
            sender bytea NOT NULL REFERENCES addresses, receiver bytea NOT NULL REFERENCES addresses,
            amount numeric NOT NULL);
        CREATE TABLE balances (address bytea PRIMARY KEY REFERENCES addresses, block bigint NOT NULL, amount numeric NOT NULL);
        """;

    private static readonly TableMap<Address> Addresses = TableMap.Of<Address>("public", "addresses", t => t
        .Key(a => a.Hash)
        .Column(a => a.Block, "first_seen", Merge.Least)
        .Column(a => a.Block, "last_seen", Merge.Greatest)
        .Duplicates(DuplicateRule.Last)
        .ParentsStay());

    private static readonly TableMap<Block> Blocks = TableMap.Of<Block>("public", "blocks", t => t
        .Key(b => b.Number).Column(b => b.Hash).Column(b => b.MinedAt));

    private static readonly TableMap<Transfer> Transactions = TableMap.Of<Transfer>("public", "transactions", t => t
        .Key(x => x.Hash).Column(x => x.Block).Column(x => x.Sender).Column(x => x.Receiver).Column(x => x.Amount));

    // Workers are not in step. Of two balances the one of the later block counts, whichever comes first.
    private static readonly TableMap<Balance> Balances = TableMap.Of<Balance>("public", "balances", t => t
        .Key(b => b.Address).Column(b => b.Block).Column(b => b.Amount)
        .GreatestBy(b => b.Block)
        .OnlyIf("{old}.block < {new}.block"));

    private readonly BulkWriter _writer;

    public BlockImporter(NpgsqlDataSource database, BulkWriteOptions? options = null) =>
        _writer = new BulkWriter(database, new BulkWriteTables(Addresses, Blocks, Transactions, Balances), options);

    public Task<BulkWriteReport> ImportAsync(Block block, CancellationToken cancellationToken) => _writer.WriteAsync(
        new UnitOfWork()
            .Upsert(Addresses, block.Transfers.SelectMany(x => new[] { new Address(x.Sender, block.Number), new Address(x.Receiver, block.Number) }))
            .Upsert(Blocks, [block])
            .Upsert(Transactions, block.Transfers)
            .Upsert(Balances, block.Balances),
        cancellationToken);

    public void Dispose() => _writer.Dispose();
}
