import { resolve } from 'node:path';
import type { FootagePick } from '../../../jobs/suggest-footage.js';
import type { DistanceName } from '../../../protocol/messages.js';
import { reading } from '../access.js';
import type { Context } from '../command-context.js';
import { clockTime, counted } from '../words.js';

export type FootageOptions = { readonly top: number; readonly distance?: DistanceName };

/** The other direction of `segue suggest`: the videos of a folder that a song fits best. */
export const suggestFootageFor = async (
	context: Context,
	song: string,
	videos: string,
	{ top, distance }: FootageOptions,
): Promise<void> => {
	const line = context.terminal.progress('Reading the videos');
	try {
		const { picks, considered, skipped } = await reading(context, engine =>
			engine.footageFor(
				{ song: resolve(song), videos: resolve(videos), top, ...(distance && { distance }) },
				(done, total) => line.update(done, total, ''),
				context.signal,
			),
		);
		line.stop();
		context.terminal.answer(
			{ song: resolve(song), suggestions: picks.map(shown), considered, skipped },
			[
				...picks.map(described),
				...skipped.map(({ path, detail }) => `left out: ${path}: ${detail}`),
				`${counted(picks.length, 'suggestion')} out of ${counted(considered, 'video')}`,
			].join('\n\n'),
		);
	} finally {
		line.stop();
	}
};

const shown = ({ footage, distance, pick }: FootagePick) => ({
	video: { path: footage.path, duration: footage.analysis.duration },
	distance,
	crop: pick.crop,
	reasons: pick.reasons,
});

const described = ({ footage, distance, pick }: FootagePick, k: number): string =>
	[
		`${k + 1}. ${footage.path}`,
		`   ${clockTime(pick.crop.start)} – ${clockTime(pick.crop.end)} of the song, distance ${distance.toFixed(3)}`,
		`   ${pick.reasons.map(({ text }) => text).join('; ')}`,
	].join('\n');
