import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Engine } from '../../../jobs/engine.js';
import type { ModelView } from '../../../protocol/messages.js';
import { reading, writing } from '../access.js';
import { type Context, contextOf, type World } from '../command-context.js';
import { table } from '../words.js';

/** Commands about what picture and music are compared by. */
export const addModelCommand = (program: Command, world: World): void => {
	const model = program
		.command('model')
		.description('Say by which model picture and music are compared, use another one, or go back.');

	model
		.command('list')
		.description('List the models of this data folder.')
		.addHelpText('after', `\n${JSON_HELP}`)
		.action(async (_options, command: Command) => {
			const context = contextOf(world, command);
			const { models } = await reading(context, engine => engine.ask('model.list', {}));
			answered(context, models);
		});

	model
		.command('use')
		.argument('<model>', 'a .safetensors file of segue train, or the id of a model that is here already')
		.description('Compare by another model from now on.')
		.addHelpText(
			'after',
			`
Every track gets vectors in the new model's space, from what was stored of it: no music is read again. Until that is done
the old model answers, and Ctrl-C changes nothing; the same command goes on from there.

Examples:
  segue model use films.safetensors
  segue model use affect               published relations between picture, music and affect

${JSON_HELP}`,
		)
		.action(async (name: string, _options, command: Command) => {
			// The engine may have been started in another folder.
			const named = existsSync(name) ? resolve(name) : name;
			await changed(contextOf(world, command), (engine, onProgress, signal) =>
				engine.ask('model.use', { model: named }, onProgress, signal),
			);
		});

	model
		.command('back')
		.description('Use the model again that was in use before.')
		.addHelpText('after', `\n${JSON_HELP}`)
		.action(async (_options, command: Command) => {
			await changed(contextOf(world, command), (engine, onProgress, signal) =>
				engine.ask('model.back', {}, onProgress, signal),
			);
		});
};

const JSON_HELP = 'With --json: {"models": [{"id", "current", "about", "notes"}]}';

type Ask = (
	engine: Engine,
	onProgress: NonNullable<Parameters<Engine['ask']>[2]>,
	signal: AbortSignal,
) => Promise<{ models: readonly ModelView[] }>;

const changed = async (context: Context, ask: Ask): Promise<void> => {
	const line = context.terminal.progress('Embedding');
	try {
		const { models } = await writing(context, engine =>
			ask(engine, ({ done, total }) => line.update(done, total), context.signal),
		);
		line.stop();
		answered(context, models);
	} finally {
		line.stop();
	}
};

const answered = ({ terminal }: Context, models: readonly ModelView[]): void =>
	terminal.answer({ models }, table(models.map(({ id, current, about }) => [current ? 'in use' : '', id, about])));
