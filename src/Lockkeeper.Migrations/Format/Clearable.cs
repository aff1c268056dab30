using System.Diagnostics.CodeAnalysis;

namespace Lockkeeper.Migrations.Format;

/// <summary>A field that a file leaves alone, clears with null, or sets.</summary>
internal readonly record struct Clearable<T>
    where T : class
{
    private Clearable(bool isGiven, T? value) => (IsGiven, Value) = (isGiven, value);

    /// <summary>The file does not speak of the field. Also the default value.</summary>
    public static Clearable<T> Absent => default;

    /// <summary>The file says null: what is there goes away.</summary>
    public static Clearable<T> Cleared => new(true, null);

    /// <summary>Whether the file names the field at all.</summary>
    public bool IsGiven { get; }

    public bool IsCleared => IsGiven && Value is null;

    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsSet => Value is not null;

    public T? Value { get; }

    public static Clearable<T> Of(T value) => new(true, value);
}
