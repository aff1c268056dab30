using Lockkeeper.TestKit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
