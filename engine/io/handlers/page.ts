import type { Progress } from '../../jobs/ports.js';
import { report } from '../../jobs/report.js';
import type { Answer, CatalogState, EngineStatus, Params } from '../../protocol/messages.js';
import type { Cuts } from '../cuts.js';
import type { EngineLog } from '../engine-log.js';
import { machineFacts } from '../machine-facts.js';
import type { Pace } from '../pace.js';
import type { SettingsFile } from '../settings-file.js';

type Parts = {
	readonly settings: () => SettingsFile;
	readonly pace: () => Pace;
	readonly log: () => EngineLog;
	readonly cuts: () => Cuts;
	readonly status: () => Promise<EngineStatus>;
	readonly catalog: () => Promise<CatalogState>;
};

/** Entries of the log that a report ends with. */
const REPORTED = 300;

/** What a page needs beside music: a picture that it can play, the editor's choices, and the means to report a fault. */
export const pageHandlers = ({ settings, pace, log, cuts, status, catalog }: Parts) => ({
	'cut.preview': async (
		{ cut }: Params<'cut.preview'>,
		onProgress: (progress: Progress) => void,
		signal?: AbortSignal,
	): Promise<Answer<'cut.preview'>> => {
		const percent = (share: number): void =>
			onProgress({ stage: 'making a preview', done: Math.floor(100 * share), total: 100 });
		await cuts().preview(cut, percent, signal);
		return { pictureUrl: `/media/cuts/${cut}/picture` };
	},
	'settings.get': async (): Promise<Answer<'settings.get'>> => settings().current,
	'settings.change': async ({ change }: Params<'settings.change'>): Promise<Answer<'settings.change'>> => {
		const changed = settings().change(change);
		pace().setGentle(changed.gentle);
		return changed;
	},
	'log.read': async ({ limit }: Params<'log.read'>): Promise<Answer<'log.read'>> => ({
		entries: [...log().latest(limit)],
	}),
	report: async ({ paths }: Params<'report'>): Promise<Answer<'report'>> => {
		const [about, music] = await Promise.all([status(), catalog()]);
		const parts = { status: about, catalog: music, log: log().latest(REPORTED), machine: machineFacts() };
		return { text: report(parts, paths) };
	},
});
