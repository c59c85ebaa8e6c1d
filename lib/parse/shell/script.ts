import type { ArithmeticBinary, Assignment, Command, parse as Parse, ParsedScript, Pipeline, Redirection, SyntaxNode } from 'unbash';
