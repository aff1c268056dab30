namespace Lockkeeper.Locks.Explaining.Signatures;

/// <summary>Sessions wait in a ring.</summary>
internal static class RingSignature
{
    public static Explanation? Of(QueueFacts facts) => !facts.IsRing ? null : new Explanation(
        LockSignature.Ring,
        ["Each of these sessions waits for the next, and the last for the first: none can go on."],
        [$"Nothing: the server ends one of them once it has waited for deadlock_timeout ({Ages.Of(facts.Observation.DeadlockTimeout)})."],
        ["Let all code take locks in one order. The server's log will hold the statements: lockkeeper deadlocks LOGFILE explains them."]);
}
