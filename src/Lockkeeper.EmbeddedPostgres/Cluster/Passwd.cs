using System.Globalization;

namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>One user of <c>/etc/passwd</c>.</summary>
internal sealed record Passwd(string Name, int UserId, int GroupId)
{
    /// <summary>Finds a user in the text of the file (passwd(5): name:password:uid:gid:...).</summary>
    public static Passwd? Find(string text, string name)
    {
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split(':');
            if (fields.Length >= 4
                && fields[0] == name
                && int.TryParse(fields[2], CultureInfo.InvariantCulture, out var user)
                && int.TryParse(fields[3], CultureInfo.InvariantCulture, out var group))
            {
                return new Passwd(name, user, group);
            }
        }

        return null;
    }
}
