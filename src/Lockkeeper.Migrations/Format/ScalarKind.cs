namespace Lockkeeper.Migrations.Format;

internal enum ScalarKind
{
    Text,
    Number,
    Boolean,
    Null,
}
