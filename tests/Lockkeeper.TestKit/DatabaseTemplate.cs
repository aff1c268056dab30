namespace Lockkeeper.TestKit;

/// <summary>SQL that is run once per server, in a database that tests then get copies of.</summary>
public sealed record DatabaseTemplate(string Sql);
