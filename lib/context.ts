import type { Node } from 'constructs';
import { type QueryEngine, queryEngines } from '../src/config';

/** What whoever deploys may decide, with `--context name=value`. */
export interface Context {
  /** The web pages that may call the API, or `*`. None where it is empty. */
  readonly allowedOrigins: readonly string[];
  /** The verified SES address that codes are mailed from. Without it Cognito mails them itself, 50 a day at most. */
  readonly mailFrom?: string;
  /** Who is told of an alarm. */
  readonly alarmEmail?: string;
  /** Whether the stack's own function processes maps; an external system takes their messages where it does not. */
  readonly mapWorker: 'on' | 'off';
  /** `builtin`, or `s3select` in an account that has S3 Select. */
  readonly queryEngine: QueryEngine;
}

/** Reads the app's context. Throws where a value cannot be meant. */
export function readContext(node: Node): Context {
  const mailFrom = email(node, 'mailFrom');
  const alarmEmail = email(node, 'alarmEmail');
  return {
    allowedOrigins: origins(node),
    ...(mailFrom && { mailFrom }),
    ...(alarmEmail && { alarmEmail }),
    mapWorker: onOrOff(node, 'mapWorker'),
    queryEngine: queryEngine(node),
  };
}

const text = (node: Node, name: string): string => String(node.tryGetContext(name) ?? '');

function origins(node: Node): readonly string[] {
  const given = text(node, 'allowedOrigins').split(',').filter(Boolean).map(origin);
  if (given.includes('*') && given.length > 1) {
    throw new Error(
      "allowedOrigins has '*' beside other origins, which it allows already; write * alone, or leave it out",
    );
  }
  return given;
}

function origin(given: string): string {
  if (given === '*') return given;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === 'localhost');
  if (url?.origin === given && isSecure) return given;
  throw new Error(
    `allowedOrigins has '${given}', which is no origin; write https://app.example.com, http://localhost:8080 or *, parted by commas`,
  );
}

function onOrOff(node: Node, name: string): 'on' | 'off' {
  const given = text(node, name) || 'on';
  if (given === 'on' || given === 'off') return given;
  throw new Error(`${name} is '${given}'; write on or off`);
}

function queryEngine(node: Node): QueryEngine {
  const given = text(node, 'queryEngine') || 'builtin';
  const known = queryEngines.find((engine) => engine === given);
  if (known) return known;
  throw new Error(`queryEngine is '${given}'; write one of ${queryEngines.join(', ')}`);
}

function email(node: Node, name: string): string {
  const given = text(node, name);
  if (given === '' || /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/.test(given)) return given;
  throw new Error(`${name} is '${given}', which is no email address; write name@example.com`);
}
