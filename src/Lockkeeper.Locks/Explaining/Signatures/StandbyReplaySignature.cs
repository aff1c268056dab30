using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Explaining.Signatures;

/// <summary>On a standby, the process that replays the primary's log waits for somebody who reads here.</summary>
internal static class StandbyReplaySignature
{
    public static Explanation? Of(QueueFacts facts)
    {
        if (facts.Queue.Waiters.FirstOrDefault(waiter => waiter is { IsBlockedByHolder: true, Owner.BackendType: "startup" }) is not { } replay)
        {
            return null;
        }

        return new Explanation(
            LockSignature.StandbyReplay,
            [
                $"The primary has locked {facts.Subject} with {replay.Mode.InWords()}, and the replay of its log waits here until nobody uses it: this "
                    + "standby falls behind, and whoever comes now waits behind the replay.",
                .. facts.Queue.Holders.Select(HolderWords.Doing),
            ],
            [
                .. facts.Queue.Holders.Select(HolderWords.Release),
                "Otherwise the server cancels it after max_standby_streaming_delay (30 s unless set; -1 waits for ever).",
            ],
            [
                "Send long reports to a standby of their own with a large max_standby_streaming_delay, and keep it small where the standby is to take over.",
            ]);
    }
}
