namespace Lockkeeper.Migrations.Format;

/// <summary>What a field of a migration file holds.</summary>
public enum FieldKind
{
    /// <summary>A text: SQL, mostly.</summary>
    Text,

    /// <summary>A text that null clears; absent leaves what is there.</summary>
    ClearableText,

    /// <summary>A name of 1 to 63 bytes.</summary>
    Name,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>One of several words.</summary>
    Choice,

    /// <summary>A mapping with fields of its own.</summary>
    Mapping,

    /// <summary>A list of mappings.</summary>
    Mappings,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>A list of names.</summary>
    Names,

    /// <summary>A mapping from the name of a column to SQL.</summary>
    SqlByColumn,

    /// <summary>The list of operations.</summary>
    Operations,
}
