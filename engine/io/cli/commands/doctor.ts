import type { Command } from 'commander';
import { contextOf, type World } from '../command-context.js';
import { diagnose, type Finding } from '../diagnosis.js';
import { table } from '../words.js';

export const addDoctorCommand = (program: Command, world: World): void => {
	program
		.command('doctor')
		.description('Say what is installed, what the networks run on, what is missing and the command that fixes it.')
		.addHelpText(
			'after',
			`
With SEGUE_CATALOG it asks the shared catalogue too, and waits a minute for one that is away.

Exit code 4 where something is missing that Segue can't do without.

With --json: {"ok", "findings": [{"name", "state": "good" | "poor" | "missing", "detail", "fix"}]}`,
		)
		.action(async (_options, command: Command) => {
			const { terminal, home, env } = contextOf(world, command);
			const findings = await diagnose(home, env);
			const ok = findings.every(({ state }) => state !== 'missing');
			terminal.answer({ ok, findings }, described(findings, ok));
			if (!ok) world.endWith(4);
		});
};

const MARKS = { good: 'good', poor: 'poor', missing: 'MISSING' } as const;

const described = (findings: readonly Finding[], ok: boolean): string =>
	[
		table(findings.map(({ name, state, detail }) => [name, MARKS[state], detail])),
		'',
		...findings.flatMap(({ name, fix }) => (fix === null ? [] : [`${name}: ${fix}`])),
		ok ? 'Segue can work.' : 'Segue cannot work yet.',
	].join('\n');
