import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { findTracks } from '../../jobs/find-tracks.js';
import type { Progress } from '../../jobs/ports.js';
import { viewOfDescription, viewOfTrack } from '../../jobs/views.js';
import { EngineError } from '../../protocol/errors.js';
import type { Params } from '../../protocol/messages.js';
import type { StoredMusic } from '../stored-music.js';
import type { VerdictFile } from '../verdict-file.js';

/** What the catalogue holds, and its folders. A change is made between two passes over them. */
export const catalogueHandlers = (music: () => StoredMusic, verdicts: () => VerdictFile) => ({
	'catalog.state': async () => music().state(),
	'catalog.tracks': async (
		params: Params<'catalog.tracks'>,
		_onProgress: (progress: Progress) => void,
		signal?: AbortSignal,
	) => {
		const found = await music().orNull(async () => {
			const { catalog, affects, analysis } = await music().musicSources();
			return findTracks(params, { catalog, sections: affects, analysis, favourites: verdicts().favourites }, signal);
		});
		const tracks = found?.tracks.map(({ record, energy }) => viewOfTrack(record, energy)) ?? [];
		return { tracks, total: found?.total ?? 0 };
	},
	'catalog.describe': async ({ track }: Params<'catalog.describe'>) => {
		const { catalog } = music().parts();
		if ((await catalog.get(track)) === null) throw new EngineError('not-found', 'there is no such track');
		return viewOfDescription(await catalog.analysis(track));
	},
	'catalog.add': async ({ folder }: Params<'catalog.add'>) => {
		const path = resolve(folder);
		const found = await stat(path).catch(cause => {
			throw new EngineError('file-missing', `there is no folder ${path}`, { cause });
		});
		if (!found.isDirectory()) throw new EngineError('bad-request', `${path} is a file, not a folder`);
		return music().change('restart', ({ catalog }) => catalog.addFolder(path));
	},
	'catalog.remove': async ({ folder }: Params<'catalog.remove'>) =>
		music().change('resume', async ({ catalog }) => {
			if (!(await catalog.folders()).includes(folder)) {
				throw new EngineError('not-found', `the catalogue has no folder ${folder}`);
			}
			await catalog.removeFolder(folder);
		}),
	'catalog.rescan': async () => music().change('restart', async stored => stored.repair(await stored.verify())),
	'catalog.pause': async ({ paused }: Params<'catalog.pause'>) => {
		music().indexer().setPaused(paused);
		return music().state();
	},
});
