using Lockkeeper.Model.Naming;

namespace Lockkeeper.Model.Catalog;

/// <summary>One privilege that somebody was given.</summary>
/// <param name="Grantee">The role, or null for PUBLIC.</param>
/// <param name="Privilege">The privilege's name, such as SELECT.</param>
/// <param name="WithGrantOption">Whether the role may pass it on.</param>
public sealed record Grant(Identifier? Grantee, string Privilege, bool WithGrantOption);
