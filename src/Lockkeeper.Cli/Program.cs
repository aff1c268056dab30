using System.CommandLine;

var root = new RootCommand("Change a PostgreSQL schema without stopping the application.");
return await root.Parse(args).InvokeAsync();
