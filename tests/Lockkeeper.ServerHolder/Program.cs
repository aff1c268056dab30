using Lockkeeper.EmbeddedPostgres;

await using var server = await PostgresServer.StartAsync();

// One line for the test that started us: the server's process, then a file in its folder.
Console.WriteLine($"{server.ProcessId} {server.LogFile}");
await Console.In.ReadLineAsync();
