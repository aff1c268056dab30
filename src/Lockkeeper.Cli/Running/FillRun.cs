using Lockkeeper.Backfill;
using Lockkeeper.Cli.Output.Progress;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Cli.Running;

/// <summary>Runs or joins one backfill and shows its progress, as the stage of a migration that it might be.</summary>
internal sealed class FillRun(CommandRun run)
{
    private readonly ProgressView _view = ProgressView.Of(run.Reporter, run.Context.Time);

    /// <summary>The stage that a backfill is shown as, when its job is not known.</summary>
    public static BackfillStage StageOf(BackfillStatus backfill) => new($"fill rows of {backfill.Table}", new BackfillJob
    {
        Name = backfill.Name,
        Table = new TableName(new Identifier("?"), new Identifier("?")),
        Assignments = [],
    });

    /// <summary>Says what an interruption left.</summary>
    public static ExitCode Interrupted(CommandRun run, string whatToDo)
    {
        var failure = new Failure(ErrorCodes.Interrupted, ExitCode.Unfinished, "Interrupted.")
        {
            IsTrue = "What is filled stays filled, and how far it is, is recorded.",
            WhatToDo = whatToDo,
        };
        run.Reporter.Fail(failure);
        return failure.ExitCode;
    }

    public async Task<T> WatchAsync<T>(string verb, string name, BackfillStage stage, Func<IProgress<BackfillProgress>, Task<T>> work)
    {
        var since = run.Context.Time.GetTimestamp();
        _view.Begin(verb, name);
        return await _view.WatchAsync(async () =>
        {
            _view.Report(new MigrationEvent.StageStarted(1, 1, stage));
            var result = await work(new Forward(_view));
            _view.Report(new MigrationEvent.StageDone(1, 1, stage, run.Context.Time.GetElapsedTime(since)));
            return result;
        });
    }

    private sealed class Forward(ProgressView view) : IProgress<BackfillProgress>
    {
        public void Report(BackfillProgress value) => view.Report(new MigrationEvent.BackfillAdvanced(value));
    }
}
