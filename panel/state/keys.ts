/** What a key asks of the page. */
export type KeyCommand =
	| 'suggest'
	| 'suggest-or-place'
	| 'audition'
	| 'markers'
	| 'next'
	| 'previous'
	| 'play'
	| 'stop'
	| 'cycle-vocals'
	| 'refine'
	| 'compare'
	| 'more-like-this'
	| 'less-like-this'
	| 'favourite'
	| 'reject'
	| 'refresh'
	| 'undo'
	| 'beat-later'
	| 'beat-earlier'
	| 'bar-later'
	| 'bar-earlier'
	| 'section-later'
	| 'section-earlier'
	| 'cycle-ending'
	| 'search-catalogue'
	| 'help';

export type Stroke = {
	readonly key: string;
	/** Ctrl, Alt or the command key: those strokes are the browser's and the system's. */
	readonly modified: boolean;
	readonly shift: boolean;
	/** Ctrl or the command key with Z: the one stroke of those that is the page's. */
	readonly undoing: boolean;
	/** Where the focus is: in a text, on a control that answers keys itself, or on nothing in particular. */
	readonly focus: 'text' | 'control' | 'elsewhere';
	/** Whether a dialog or a menu lies over the page. */
	readonly covered: boolean;
};

/** Null where the key is not the page's. J, K, L, I and O are left alone: they mean an editing program's own. */
export const keyCommand = ({ key, modified, shift, undoing, focus, covered }: Stroke): KeyCommand | null => {
	if (covered || focus === 'text') return null;
	if (undoing) return 'undo';
	if (modified) return null;
	const own = focus === 'elsewhere' ? ((shift ? SHIFTED[key] : undefined) ?? UNFOCUSED[key] ?? null) : null;
	return own ?? ANYWHERE[key.length === 1 ? key.toLowerCase() : key] ?? null;
};

/** These are also the keys with which one works a control that has the focus. */
const UNFOCUSED: Readonly<Record<string, KeyCommand>> = {
	Enter: 'suggest-or-place',
	' ': 'play',
	ArrowDown: 'next',
	ArrowUp: 'previous',
	ArrowRight: 'beat-later',
	ArrowLeft: 'beat-earlier',
};

const SHIFTED: Readonly<Record<string, KeyCommand>> = { ArrowRight: 'bar-later', ArrowLeft: 'bar-earlier' };

const ANYWHERE: Readonly<Record<string, KeyCommand>> = {
	s: 'suggest',
	a: 'audition',
	b: 'markers',
	Escape: 'stop',
	v: 'cycle-vocals',
	d: 'refine',
	c: 'compare',
	m: 'more-like-this',
	n: 'less-like-this',
	f: 'favourite',
	x: 'reject',
	r: 'refresh',
	e: 'cycle-ending',
	']': 'section-later',
	'[': 'section-earlier',
	'/': 'search-catalogue',
	'?': 'help',
};

/** For the help, in the order of use. */
export const KEYS: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
	{ keys: ['S'], does: 'Suggest music for the range' },
	{ keys: ['Enter'], does: 'Suggest; once there is a list, place the candidate, or keep the one on trial' },
	{ keys: ['↑', '↓'], does: 'Previous or next candidate; while playing, at the same picture' },
	{ keys: ['Space'], does: 'Play or pause the picture with the candidate under it' },
	{ keys: ['A'], does: 'Put the candidate on the timeline for trial, or swap the one that is' },
	{ keys: ['B'], does: 'Mark the candidate’s beats and sections in the timeline' },
	{ keys: ['Esc'], does: 'Remove what is on trial; stop and go back to the start of the range' },
	{ keys: ['D'], does: 'Look closely at the candidate: segments, sections, similarity; D again goes back' },
	{ keys: ['C'], does: 'Compare: keep this crop as A, then hear A and B by turns' },
	{ keys: ['←', '→'], does: 'Move the song under the cut by a beat; with Shift by a bar' },
	{ keys: ['[', ']'], does: 'Previous or next section of the song' },
	{ keys: ['E'], does: 'Ending: natural, ring-out, button, hard, fade' },
	{ keys: ['F'], does: 'Favourite, or no longer one: found again in the catalogue, and under any cut' },
	{ keys: ['X'], does: 'Reject for this edit: the next best takes its place' },
	{ keys: ['Ctrl Z'], does: 'Take back the last change of a crop, or a rejection' },
	{ keys: ['M', 'N'], does: 'Suggest music that sounds more like this crop, or less' },
	{ keys: ['V'], does: 'Vocals: auto, instrumental, any' },
	{ keys: ['R'], does: 'Refresh: read the cut again and suggest anew' },
	{ keys: ['/'], does: 'Search the catalogue' },
	{ keys: ['←', '→'], does: 'With the focus on the strip: one frame; with Shift one second' },
	{ keys: ['?'], does: 'This help' },
];
