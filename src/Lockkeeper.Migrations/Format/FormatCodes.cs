using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>The codes of problems in a migration file. A code is never given a second meaning.</summary>
internal static class FormatCodes
{
    public const string Syntax = "LK1001";
    public const string DuplicateKey = "LK1002";
    public const string UnknownKey = "LK1003";
    public const string MissingKey = "LK1004";
    public const string WrongType = "LK1005";
    public const string InvalidName = "LK1006";
    public const string OperationsNotAList = "LK1007";
    public const string NotOneOperation = "LK1008";
    public const string UnknownOperation = "LK1009";
    public const string Empty = "LK1010";
    public const string UnknownValue = "LK1011";
    public const string Unreadable = "LK1012";
    public const string UnsupportedFileName = "LK1013";
    public const string NotUtf8 = "LK1014";
    public const string TooLarge = "LK1015";
    public const string UnsupportedYaml = "LK1016";
    public const string SameMigrationTwice = "LK1017";
    public const string NameInFile = "LK1018";
    public const string Contradiction = "LK1019";

    public static ImmutableArray<string> All =>
    [
        Syntax, DuplicateKey, UnknownKey, MissingKey, WrongType, InvalidName, OperationsNotAList, NotOneOperation,
        UnknownOperation, Empty, UnknownValue, Unreadable, UnsupportedFileName, NotUtf8, TooLarge, UnsupportedYaml,
        SameMigrationTwice, NameInFile, Contradiction,
    ];
}
