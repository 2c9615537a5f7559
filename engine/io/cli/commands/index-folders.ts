import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EngineError } from '../../../protocol/errors.js';
import { writing } from '../access.js';
import { contextOf, type World } from '../command-context.js';
import { describeFolders, untilIndexed } from '../indexing.js';
import { counted } from '../words.js';

export const addIndexCommand = (program: Command, world: World): void => {
	program
		.command('index')
		.argument('<folder...>', 'folders of music, with all folders inside them')
		.description('Add folders of music to the catalogue and analyse every track in them.')
		.addHelpText(
			'after',
			`
Files stay where they are and nothing is uploaded. A track takes a few seconds once; unchanged ones are passed over, moved
ones keep their analysis. Ctrl-C keeps what was finished, and the same command goes on from there. While an engine serves
the same data folder, it does the work.

Examples:
  segue index ~/Music/Library
  segue index --json /media/stock /media/own

With --json: {"tracks", "folders": [{"path", "tracks", "state", "skipped": [{"path", "code", "detail"}]}]}`,
		)
		.action(async (folders: string[], _options, command: Command) => {
			const context = contextOf(world, command);
			const paths = folders.map(folder => resolve(folder));
			for (const path of paths) await checkFolder(path);
			const state = await writing(context, async engine => {
				for (const folder of paths) await engine.ask('catalog.add', { folder }, undefined, context.signal);
				return untilIndexed(engine, context);
			});
			const added = state.folders.filter(({ path }) => paths.includes(path));
			const empty = added.find(({ tracks, skipped }) => tracks === 0 && skipped.length === 0);
			if (empty) throw new EngineError('folder-without-audio', `${empty.path} holds no music`);
			context.terminal.answer(
				{ tracks: state.tracks, folders: added },
				`${describeFolders(added)}\nThe catalogue holds ${counted(state.tracks, 'track')}.`,
			);
		});
};

const checkFolder = async (path: string): Promise<void> => {
	const found = await stat(path).catch(cause => {
		throw new EngineError('file-missing', `there is no folder ${path}`, { cause });
	});
	if (!found.isDirectory()) throw new EngineError('bad-request', `${path} is a file, not a folder`);
};
