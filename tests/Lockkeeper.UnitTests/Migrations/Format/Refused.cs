using Lockkeeper.Migrations;

namespace Lockkeeper.UnitTests.Migrations.Format;

internal static class Refused
{
    /// <summary>The message with which a file was refused; a failing test when it was not.</summary>
    public static string Message(Func<object?> read) => Assert.Throws<MigrationFormatException>(() => read()).Message;
}
