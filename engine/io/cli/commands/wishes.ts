import { EngineError } from '../../../protocol/errors.js';
import type { Wishes } from '../../../protocol/messages.js';
import type { LocalEngine } from '../../engine.js';

/** "piano,calm,loud:-1" as words with weights; throws 'bad-request' where a weight is none. */
export const readWords = (text: string): Wishes['words'] =>
	text
		.split(',')
		.map(part => part.trim())
		.filter(part => part !== '')
		.map(part => {
			const [, word, weight] = /^(.*?)(?::(-?\d+(?:\.\d+)?))?$/.exec(part)!;
			if (!word) throw new EngineError('bad-request', `“${part}” names no label`);
			return { word: word.trim(), weight: weight === undefined ? 1 : Number(weight) };
		});

export const wishesFrom = (words: Wishes['words']): Wishes => ({ like: [], unlike: [], words });

export type WishOptions = {
	readonly words?: string;
	readonly like?: readonly string[];
	readonly unlike?: readonly string[];
	readonly after?: string;
};

/** What the options of a command ask for; undefined where they ask for nothing. */
export const wishesOfOptions = async (
	engine: LocalEngine,
	{ words, like = [], unlike = [], after }: WishOptions,
): Promise<Wishes | undefined> => {
	if (words === undefined && like.length === 0 && unlike.length === 0 && after === undefined) return undefined;
	const example = async (text: string) => {
		const [, song, from, to] = /^(.*?)(?:@(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?))?$/.exec(text)!;
		const passage = from === undefined ? {} : { passage: { start: Number(from), end: Number(to) } };
		return { track: await trackNamed(engine, song!), weight: 1, ...passage };
	};
	return {
		like: await Promise.all(like.map(example)),
		unlike: await Promise.all(unlike.map(example)),
		words: words === undefined ? [] : readWords(words),
		...(after !== undefined && { after: await trackNamed(engine, after) }),
	};
};

/** The catalogue's track for a path, or for words of title, artist or file name. Throws 'not-found' unless it is one. */
export const trackNamed = async (engine: LocalEngine, text: string): Promise<string> => {
	const { tracks } = await engine.ask('catalog.tracks', { text: lastPart(text), offset: 0, limit: 20 });
	const exact = tracks.filter(({ path, title }) => path === text || title === text);
	const found = exact.length > 0 ? exact : tracks;
	if (found.length === 0) throw new EngineError('not-found', `the catalogue has no track “${text}”`);
	if (found.length > 1 && exact.length !== 1) {
		const titles = found.slice(0, 5).map(({ title }) => `“${title}”`);
		throw new EngineError('bad-request', `“${text}” may be ${titles.join(', ')}: say more of it`);
	}
	return found[0]!.id;
};

/** A path's file name without its ending: what a search finds. */
const lastPart = (text: string): string =>
	/[\\/]/.test(text) ? text.replace(/^.*[\\/]/, '').replace(/\.[^.]+$/, '') : text;
