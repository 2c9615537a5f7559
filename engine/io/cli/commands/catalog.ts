import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Engine } from '../../../jobs/engine.js';
import { EngineError, ERRORS } from '../../../protocol/errors.js';
import type { TrackView } from '../../../protocol/messages.js';
import type { CatalogProblem } from '../../catalog/verify.js';
import { sharedAddress } from '../../shared-catalog/address.js';
import { SharedQueue } from '../../shared-catalog/file-queue.js';
import { openHere, reading, writing } from '../access.js';
import { contextOf, type World } from '../command-context.js';
import { describeFolders, untilIndexed } from '../indexing.js';
import { clockTime, counted, table } from '../words.js';

export const addCatalogCommand = (program: Command, world: World): void => {
	const catalog = program
		.command('catalog')
		.description('Look into the catalogue of analysed music, and keep it in order.');

	catalog
		.command('list')
		.argument('[text]', 'only tracks whose title, artist, album, path or label holds this')
		.description('List the tracks.')
		.addHelpText(
			'after',
			`
Examples:
  segue catalog list
  segue catalog list piano --json

With --json: {"total", "tracks": [{"path", "title", "artist", "album", "duration", "tempo", "tempoConfidence", "loudness",
"labels", "licence"}]}; seconds, beats a minute (null without a beat), LUFS (null for silence).`,
		)
		.action(async (text: string | undefined, _options, command: Command) => {
			const context = contextOf(world, command);
			const tracks = await reading(context, engine => allTracks(engine, text));
			context.terminal.answer(
				{ total: tracks.length, tracks: tracks.map(listed) },
				tracks.length === 0 ? 'No tracks.' : `${trackTable(tracks)}\n${counted(tracks.length, 'track')}`,
			);
		});

	catalog
		.command('remove')
		.argument('<folder>', 'a folder of the catalogue')
		.description('Forget a folder and its tracks. The files themselves stay untouched.')
		.action(async (folder: string, _options, command: Command) => {
			const context = contextOf(world, command);
			const state = await writing(context, engine => engine.ask('catalog.remove', { folder: resolve(folder) }));
			context.terminal.answer(
				{ tracks: state.tracks, folders: state.folders },
				`Forgotten; the catalogue holds ${counted(state.tracks, 'track')}.`,
			);
		});

	catalog
		.command('rescan')
		.description('Look for new, changed, moved and removed files in all folders, and make anew what is damaged.')
		.action(async (_options, command: Command) => {
			const context = contextOf(world, command);
			const state = await writing(
				context,
				async engine => {
					await engine.ask('catalog.rescan', {}, undefined, context.signal);
					return untilIndexed(engine, context);
				},
				'rebuild',
			);
			context.terminal.answer(
				{ tracks: state.tracks, folders: state.folders },
				`${describeFolders(state.folders)}\nThe catalogue holds ${counted(state.tracks, 'track')}.`,
			);
		});

	addQueueCommand(catalog, world);
	addAccelerateCommand(catalog, world);

	catalog
		.command('verify')
		.description('Check every stored analysis against its checksum. Changes nothing.')
		.addHelpText(
			'after',
			`
Exit code 5 where something is damaged. "segue catalog rescan" then puts it right: vectors from the stored analyses, analyses
from the music.

With --json: {"tracks", "analyses", "problems": [{"kind": "analysis" | "vectors" | "vector-file" | "stale-row" | "stray", …}]}; strays are what
a kill left behind, and harmless.`,
		)
		.action(async (_options, command: Command) => {
			const context = contextOf(world, command);
			const { tracks, analyses, problems } = await reading(context, async engine => engine.verify());
			const damaged = problems.filter(({ kind }) => kind !== 'stray');
			context.terminal.answer(
				{ tracks, analyses, problems },
				[
					...problems.map(described),
					`${counted(tracks, 'track')}, ${analyses} checked, ${damaged.length} damaged`,
				].join('\n'),
			);
			if (damaged.length > 0) world.endWith(ERRORS['catalog-damaged'].exit);
		});
};

/** Looks at what waits in a shared catalogue. */
const addQueueCommand = (catalog: Command, world: World): void => {
	catalog
		.command('queue')
		.description('Show what waits to be analysed in a shared catalogue, and which files failed at every attempt.')
		.option('--retry', 'offer the files again that failed at every attempt')
		.addHelpText(
			'after',
			`
With --json: {"waiting", "active", "setAside": [{"path", "reason", "since"}], "retried"}`,
		)
		.action(async ({ retry = false }: { readonly retry?: boolean }, command: Command) => {
			const { env, terminal } = contextOf(world, command);
			const address = sharedAddress(env.SEGUE_CATALOG);
			if (address === null) throw new EngineError('bad-request', 'SEGUE_CATALOG names no shared catalogue.');
			const queue = new SharedQueue(address);
			try {
				const retried = retry ? await queue.retry() : 0;
				const state = await queue.state();
				terminal.answer(
					{ ...state, retried },
					[
						...state.setAside.map(({ path, reason }) => `set aside: ${path}: ${reason}`),
						...(retry ? [`${counted(retried, 'file')} offered again`] : []),
						`${state.waiting} waiting, ${state.active} under way, ${state.setAside.length} set aside`,
					].join('\n'),
				);
			} finally {
				await queue.close();
			}
		});
};

const addAccelerateCommand = (catalog: Command, world: World): void => {
	catalog
		.command('accelerate')
		.description('Have a shared catalogue’s database build its index over the vectors of the chosen model.')
		.addHelpText(
			'after',
			`
Worth it from 20,000 tracks on: up to there all are compared. Others go on reading and writing meanwhile.

With --json: {"done": true}`,
		)
		.action(async (_options, command: Command) => {
			const context = contextOf(world, command);
			const engine = openHere(context, 'write');
			try {
				await engine.accelerate();
			} finally {
				await engine.close();
			}
			context.terminal.answer({ done: true }, 'The index is there.');
		});
};

const allTracks = async (engine: Engine, text: string | undefined): Promise<TrackView[]> => {
	const tracks: TrackView[] = [];
	for (;;) {
		const search = text === undefined ? {} : { text };
		const page = await engine.ask('catalog.tracks', { ...search, offset: tracks.length, limit: 500 });
		tracks.push(...page.tracks);
		if (page.tracks.length === 0 || tracks.length >= page.total) return tracks;
	}
};

const listed = ({ id: _id, coverUrl: _cover, soundUrl: _sound, ...track }: TrackView) => track;

const described = (problem: CatalogProblem): string => {
	switch (problem.kind) {
		case 'analysis':
			return `damaged: the analysis of ${problem.paths.join(' and ')}`;
		case 'vectors':
			return `damaged: the vectors ${problem.space} of content ${problem.hash}`;
		case 'vector-file':
			return 'damaged: a file of vectors';
		case 'stale-row':
			return `damaged: a row of ${problem.table} that belongs to nothing, ${problem.key}`;
		case 'stray':
			return `left behind: ${problem.path}`;
	}
};

const trackTable = (tracks: readonly TrackView[]): string =>
	table(
		tracks.map(({ title, artist, duration, tempo, path }) => [
			title,
			artist ?? '',
			clockTime(duration),
			tempo === null ? 'no beat' : `${Math.round(tempo)} BPM`,
			path,
		]),
	);
