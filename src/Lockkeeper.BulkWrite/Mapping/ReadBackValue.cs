using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>A column that is read back as one .NET type; null is the type's default.</summary>
internal sealed class ReadBackValue<T, TValue>(Identifier name, bool isToken, Action<T, TValue> put) : ReadBackColumn<T>(name, isToken)
{
    public override Type Type => typeof(TValue);

    public override void Probe(NpgsqlDataReader reader, int ordinal) => reader.GetFieldValue<TValue[]>(ordinal);

    public override Action Take(NpgsqlDataReader reader, int ordinal, T row)
    {
        var value = reader.IsDBNull(ordinal) ? default! : reader.GetFieldValue<TValue>(ordinal);
        return () => put(row, value);
    }
}
