namespace Lockkeeper.Migrations.Planning;

/// <summary>A question together with the type of its answer.</summary>
/// <typeparam name="TAnswer">The type of the answer.</typeparam>
internal abstract record Question<TAnswer> : Question
    where TAnswer : class;
