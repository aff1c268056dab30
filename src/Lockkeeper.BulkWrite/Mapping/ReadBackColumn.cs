using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>A column whose value is put into the rows of one type after they were written.</summary>
internal abstract class ReadBackColumn<T>(Identifier name, bool isToken)
{
    public Identifier Name => name;

    /// <summary>
    /// Whether it tells what the caller knows of the row. Then it is put only where the unit wrote the row: the token of a row that was left alone because
    /// somebody else had changed it would let the next update write over what nobody has looked at.
    /// </summary>
    public bool IsToken => isToken;

    /// <summary>The type that is put into rows.</summary>
    public abstract Type Type { get; }

    /// <summary>Reads an empty array of such values, to see whether the driver can.</summary>
    public abstract void Probe(NpgsqlDataReader reader, int ordinal);

    /// <summary>Takes the value for a row; what comes back puts it there, once the unit is committed.</summary>
    public abstract Action Take(NpgsqlDataReader reader, int ordinal, T row);
}
