using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.EmbeddedPostgres.Binaries;

namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>The user who runs the server: the caller or, as PostgreSQL refuses to run as root, another one.</summary>
internal sealed class ServerAccount
{
    private static readonly TimeSpan TrialLimit = TimeSpan.FromSeconds(10);

    // postgres exists where a server was ever installed; nobody exists everywhere and owns nothing.
    private static readonly ImmutableArray<string> OtherUsers = ["postgres", "nobody"];

    private readonly ImmutableArray<string> _prefix;

    private ServerAccount(string? otherUser, ImmutableArray<string> prefix)
    {
        OtherUser = otherUser;
        _prefix = prefix;
    }

    /// <summary>Who it is when it is not the caller.</summary>
    public string? OtherUser { get; }

    public string Description => OtherUser is null ? "this user" : $"the user \"{OtherUser}\"";

    /// <summary>The folder below which a server's folder can be made that this user can reach.</summary>
    /// <remarks>Root's TMPDIR can lie below a folder that only root may enter, as it does on macOS.</remarks>
    public string TemporaryFolder => OtherUser is null ? Path.GetTempPath() : "/tmp";

    public static ServerAccount Caller { get; } = new(null, []);

    /// <summary>Chooses the user, trying each way to become another one until one works.</summary>
    /// <exception cref="PostgresStartException">The caller is root and no way works.</exception>
    public static async Task<ServerAccount> ChooseAsync(
        Surroundings surroundings, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!surroundings.IsRoot)
        {
            return Caller;
        }

        const string Users = "/etc/passwd";
        var text = File.Exists(Users) ? await File.ReadAllTextAsync(Users, cancellationToken).ConfigureAwait(false) : "";
        var tried = new List<string>();
        foreach (var user in OtherUsers.Select(name => Passwd.Find(text, name)).OfType<Passwd>())
        {
            foreach (var prefix in WaysToBecome(user))
            {
                var account = new ServerAccount(user.Name, prefix);
                var result = await account.Command("/bin/sh", ["-c", "exit 0"]).RunAsync(TrialLimit, time, cancellationToken)
                    .ConfigureAwait(false);
                if (result.Succeeded)
                {
                    return account;
                }

                tried.Add($"{prefix[0]} to {user.Name} ({result.Said})");
            }
        }

        throw PostgresStartException.NoOtherUser(tried.Count == 0 ? "there is no user \"postgres\" or \"nobody\"." : string.Join("; ", tried));
    }

    /// <summary>A command run by this user.</summary>
    public Command Command(string program, ImmutableArray<string> arguments, string? folder = null) => _prefix.IsEmpty
        ? new Command(program, arguments, folder)
        : new Command(_prefix[0], [.. _prefix.Skip(1), program, .. arguments], folder);

    /// <summary>Gives a folder of root's to this user.</summary>
    public async Task TakeOverAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        if (OtherUser is null)
        {
            return;
        }

        var result = await new Command("chown", [OtherUser, folder]).RunAsync(TrialLimit, time, cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            throw PostgresStartException.NoOtherUser($"chown {OtherUser} ({result.Said})");
        }
    }

    // In the order of what works in most places: BusyBox has a setpriv that cannot change the user, macOS has only su and sudo.
    internal static ImmutableArray<ImmutableArray<string>> WaysToBecome(Passwd user) =>
    [
        ["setpriv", $"--reuid={Number(user.UserId)}", $"--regid={Number(user.GroupId)}", "--clear-groups", "--"],
        ["runuser", "-u", user.Name, "--"],
        ["su", "-s", "/bin/sh", "-c", "exec \"$@\"", user.Name, "--", "sh"],
        ["sudo", "-n", "-u", user.Name, "--"],
    ];

    private static string Number(int id) => id.ToString(CultureInfo.InvariantCulture);
}
