import type { JsonPath } from './otio.js';
import type { XmlElement } from './xml.js';

/** Replaces what stands between two positions of a text. */
export type TextEdit = { readonly start: number; readonly end: number; readonly replacement: string };

/** Applies edits that don't overlap; of several at one position the first comes first. */
export const edited = (text: string, edits: readonly TextEdit[]): string => {
	const parts: string[] = [];
	let at = 0;
	for (const { start, end, replacement } of [...edits].sort((a, b) => a.start - b.start)) {
		parts.push(text.slice(at, start), replacement);
		at = end;
	}
	return parts.join('') + text.slice(at);
};

/**
 * Puts lines into an element, indented as its neighbours are.
 *
 * @param before - the child that they go before; none: at the end
 */
export const insertLines = (
	text: string,
	element: XmlElement,
	lines: readonly string[],
	before?: XmlElement,
): TextEdit => {
	const newline = text.includes('\r\n') ? '\r\n' : '\n';
	const outer = indentAt(text, element.start);
	const child = element.children[0];
	const inner = child ? indentAt(text, child.start) : outer + (outer.includes('\t') ? '\t' : '    ');
	const block = lines.map(line => inner + line).join(newline);
	if (text[element.end - 2] === '/') {
		const opening = text.slice(element.start, element.end - 2).trimEnd();
		const replacement = `${opening}>${newline}${block}${newline}${outer}</${element.name}>`;
		return { start: element.start, end: element.end, replacement };
	}
	if (before) return { start: before.start, end: before.start, replacement: `${block.trimStart()}${newline}${inner}` };
	const closing = text.lastIndexOf('</', element.end - 1);
	const last = element.children.at(-1);
	if (last) return { start: last.end, end: last.end, replacement: `${newline}${block}` };
	return { start: closing, end: closing, replacement: `${newline}${block}${newline}${outer}` };
};

/**
 * Where a value stands in a JSON text that is known to be valid.
 *
 * @returns from its first character to after its last
 * @throws RangeError where there is nothing at the path
 */
export const jsonSpan = (text: string, path: JsonPath): { start: number; end: number } => {
	let at = skipSpace(text, 0);
	for (const step of path) at = stepInto(text, at, step);
	return { start: at, end: endOfValue(text, at) };
};

const indentAt = (text: string, position: number): string => {
	const line = text.slice(text.lastIndexOf('\n', position - 1) + 1, position);
	return /^[ \t]*/.exec(line)?.[0] ?? '';
};

const stepInto = (text: string, container: number, step: string | number): number => {
	let at = skipSpace(text, container + 1);
	for (let i = 0; text[at] !== ']' && text[at] !== '}' && at < text.length; i++) {
		let key: unknown = i;
		if (text[container] === '{') {
			const end = endOfValue(text, at);
			key = JSON.parse(text.slice(at, end));
			at = skipSpace(text, skipSpace(text, end) + 1);
		}
		if (key === step) return at;
		at = skipSpace(text, endOfValue(text, at));
		if (text[at] === ',') at = skipSpace(text, at + 1);
	}
	throw new RangeError(`The JSON text has nothing at ${step}.`);
};

const skipSpace = (text: string, from: number): number => {
	let at = from;
	while (at < text.length && text.charCodeAt(at) <= 32) at++;
	return at;
};

const endOfValue = (text: string, start: number): number => {
	let depth = 0;
	for (let at = start; at < text.length; at++) {
		const char = text[at];
		if (char === '"') {
			at++;
			while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
			if (depth === 0) return at + 1;
		} else if (char === '{' || char === '[') {
			depth++;
		} else if (char === '}' || char === ']') {
			depth--;
			if (depth === 0) return at + 1;
			if (depth < 0) return at;
		} else if (depth === 0 && (char === ',' || text.charCodeAt(at) <= 32)) {
			return at;
		}
	}
	return text.length;
};
