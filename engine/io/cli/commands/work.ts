import type { Command } from 'commander';
import type { FileOutcome } from '../../../jobs/index-file.js';
import { openHere } from '../access.js';
import { contextOf, type World } from '../command-context.js';
import { counted } from '../words.js';

type Options = { readonly untilEmpty?: boolean };

export const addWorkCommand = (program: Command, world: World): void => {
	program
		.command('work')
		.description('Analyse the files that wait in a shared catalogue, beside any number of other computers.')
		.option('--until-empty', 'end when no file is left to be done, here or elsewhere')
		.addHelpText(
			'after',
			`
SEGUE_CATALOG names the catalogue. Folders have to be mounted at the same path as on the computer that added them. Runs until
Ctrl-C; a worker that is killed loses nothing, its files are offered to the others again.

Examples:
  segue work
  SEGUE_CATALOG=postgres://segue@db/studio?team=trailers segue work --until-empty --json

With --json: {"added", "changed", "skipped", "restless"}, the numbers of files that this worker did.`,
		)
		.action(async ({ untilEmpty = false }: Options, command: Command) => {
			const context = contextOf(world, command);
			const done: Record<FileOutcome, number> = { added: 0, changed: 0, skipped: 0, restless: 0 };
			const engine = openHere(context, 'write');
			try {
				await engine.work(
					untilEmpty,
					(path, outcome) => {
						done[outcome]++;
						context.terminal.note(`${outcome}: ${path}`);
					},
					context.signal,
				);
			} finally {
				await engine.close();
			}
			context.terminal.answer(
				done,
				`${counted(done.added + done.changed, 'track')} analysed, ${done.skipped} that cannot be used.`,
			);
		});
};
