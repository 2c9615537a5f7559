import { expect, test } from 'vitest';
import { KEYS, keyCommand, type Stroke } from '../../../panel/state/keys.js';

const stroke = (key: string, more: Partial<Stroke> = {}): Stroke => ({
	key,
	modified: false,
	shift: false,
	undoing: false,
	focus: 'elsewhere',
	covered: false,
	...more,
});

test('the whole loop works from the keyboard: suggest, walk, play, stop', () => {
	expect(['s', 'S', 'Enter', 'ArrowDown', 'ArrowUp', ' ', 'Escape'].map(key => keyCommand(stroke(key)))).toEqual([
		'suggest',
		'suggest',
		'suggest-or-place',
		'next',
		'previous',
		'play',
		'stop',
	]);
});

test('a control with the focus keeps the keys that work it, and leaves the rest to the page', () => {
	for (const key of ['Enter', ' ', 'ArrowDown', 'ArrowUp'])
		expect(keyCommand(stroke(key, { focus: 'control' }))).toBeNull();
	expect(keyCommand(stroke('s', { focus: 'control' }))).toBe('suggest');
});

test('what is typed into a text, or over a dialog, is no command', () => {
	for (const key of ['s', ' ', '/', '?', 'Escape', 'Enter']) {
		expect(keyCommand(stroke(key, { focus: 'text' }))).toBeNull();
		expect(keyCommand(stroke(key, { covered: true }))).toBeNull();
	}
});

test('strokes with Ctrl, Alt or the command key are the browser’s, but for undoing outside of a text', () => {
	expect(keyCommand(stroke('s', { modified: true }))).toBeNull();
	expect(keyCommand(stroke('z', { modified: true, undoing: true }))).toBe('undo');
	expect(keyCommand(stroke('z', { modified: true, undoing: true, focus: 'text' }))).toBeNull();
});

test('the keys of an editing program are left to it', () => {
	for (const key of ['j', 'k', 'l', 'i', 'o']) expect(keyCommand(stroke(key))).toBeNull();
});

test('arrows move the song by a beat, with Shift by a bar, and belong to a control that has the focus', () => {
	const keys = (focus: Stroke['focus']) =>
		[false, true].flatMap(shift => ['ArrowLeft', 'ArrowRight'].map(key => keyCommand(stroke(key, { shift, focus }))));
	expect(keys('elsewhere')).toEqual(['beat-earlier', 'beat-later', 'bar-earlier', 'bar-later']);
	expect(keys('control')).toEqual([null, null, null, null]);
});

test('every key of the help has its own line, and each is told', () => {
	const told = KEYS.flatMap(({ keys }) => keys).join(' ');
	for (const key of ['S', '↑', 'Space', 'Esc', 'V', 'D', 'C', 'M', 'E', '[', ']', '/', '?'])
		expect(told).toContain(key);
	expect(new Set(KEYS.map(({ does }) => does)).size).toBe(KEYS.length);
});
