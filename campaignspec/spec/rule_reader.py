"""Reading a rule's text into its tree, and writing the tree back.

The grammar, from loose to tight: ``or``, ``and``, ``not``, one condition or parentheses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from campaignspec.clock import Duration, parse_duration
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answer,
    Answered,
    AnyOf,
    Compare,
    Fact,
    Holding,
    InSegment,
    Known,
    Literal,
    Not,
    Offered,
    OneOf,
    Operator,
    Replied,
    Term,
)
from campaignspec.spec.rule_tokens import RuleSyntaxError, Token, TokenKind, tokens_of
from campaignspec.spec.rule_writer import write_rule

__all__ = ["RuleSyntaxError", "read_rule", "write_rule"]

_MAX_DEPTH = 64
_REPLY = "answer"
_CALLS = ("segment", *Answer, *Holding)
_CONDITIONS = "=, !=, <, <=, >, >=, in, is known, is unknown, older than, within"
_TRUTH = {"true": "yes", "True": "yes", "TRUE": "yes", "false": "no", "False": "no", "FALSE": "no"}


def read_rule(text: str) -> Term:
    """Read a rule.

    >>> read_rule("orders_total >= 2").operator
    <Operator.AT_LEAST: '>='>

    Raises:
        RuleSyntaxError: The text is not a rule; with the place and the advice.
    """
    return _Parser(tokens_of(text)).rule()


class _Parser:
    """A parser by recursive descent; it looks one token ahead."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._position = 0
        self._depth = 0

    def rule(self) -> Term:
        if self._peek().kind is TokenKind.END:
            raise _wrong(self._peek(), "the rule is empty", "write a condition: orders_total >= 2")
        term = self._any_of()
        if self._peek().kind is not TokenKind.END:
            raise self._left_over()
        return term

    def _any_of(self) -> Term:
        terms = [self._all_of()]
        while self._accept("or"):
            terms.append(self._all_of())
        return terms[0] if len(terms) == 1 else AnyOf(terms=tuple(terms))

    def _all_of(self) -> Term:
        terms = [self._negation()]
        while self._accept("and"):
            terms.append(self._negation())
        return terms[0] if len(terms) == 1 else AllOf(terms=tuple(terms))

    def _negation(self) -> Term:
        if not self._accept("not"):
            return self._primary()
        with self._deeper():
            return Not(term=self._negation())

    def _primary(self) -> Term:
        token = self._next()
        match token.kind:
            case TokenKind.MARK if token.text == "(":
                with self._deeper():
                    term = self._any_of()
                self._expect(")", "the parenthesis never ends", "close it with )")
                return term
            case TokenKind.NAME if self._peek().text == "(":
                return self._call(token)
            case TokenKind.NAME:
                return self._condition(Fact(name=token.text, at=token.at))
            case TokenKind.TEXT | TokenKind.NUMBER | TokenKind.DURATION:
                raise _wrong(
                    token,
                    f"a condition begins with a fact, not with {token.text}",
                    "write the fact first: city = 'Moscow'",
                )
            case TokenKind.END:
                raise _wrong(token, "the rule ends too soon", "write one more condition")
            case _:
                raise _wrong(token, f"`{token.text}` cannot stand here", "write a condition")

    def _condition(self, fact: Fact) -> Term:
        token = self._peek()
        if token.kind is TokenKind.OPERATOR:
            self._next()
            return Compare(
                fact=fact, operator=Operator(token.text), literal=self._literal(fact, token.text)
            )
        match token.text:
            case "in":
                self._next()
                return OneOf(fact=fact, literals=self._literals(fact))
            case "is":
                self._next()
                return Known(fact=fact, known=self._known(fact))
            case "older":
                self._next()
                self._expect("than", "after `older` comes `than`", f"{fact.name} older than 60d")
                return self._age(fact, older=True)
            case "within":
                self._next()
                return self._age(fact, older=False)
            case _:
                raise self._no_condition(fact)

    def _no_condition(self, fact: Fact) -> RuleSyntaxError:
        """Say what is wrong with a fact that nothing is said about."""
        token = self._peek()
        if token.text in {"and", "or", ")", ""}:
            return RuleSyntaxError(
                f"`{fact.name}` alone is no condition", f"compare it: {fact.name} = 'yes'", *fact.at
            )
        if token.text == "not":
            advice = f"put it first: not {fact.name} in (…)"
        else:
            advice = f"after a fact comes one of {_CONDITIONS}"
        return _wrong(token, f"`{token.text}` cannot stand after `{fact.name}`", advice)

    def _literal(self, fact: Fact, before: str) -> Literal:
        token = self._next()
        match token.kind:
            case TokenKind.NUMBER:
                return Literal(value=float(token.text), at=token.at)
            case TokenKind.TEXT:
                return Literal(value=token.text[1:-1], at=token.at)
            case TokenKind.NAME | TokenKind.KEYWORD:
                quoted = _TRUTH.get(token.text, token.text)
                raise _wrong(token, f"`{token.text}` is not quoted", f"quote it: '{quoted}'")
            case TokenKind.DURATION:
                raise _wrong(
                    token,
                    f"`{fact.name}` cannot be compared with the duration {token.text}",
                    f"write {fact.name} older than {token.text}, or within {token.text}",
                )
            case _:
                raise _wrong(
                    token,
                    f"after `{before}` comes a number or a quoted text",
                    f"{fact.name} = 1, or {fact.name} = 'yes'",
                )

    def _literals(self, fact: Fact) -> tuple[Literal, ...]:
        example = f"{fact.name} in ('a', 'b')"
        self._expect("(", "after `in` comes a list in parentheses", example)
        literals = [self._literal(fact, "(")]
        while self._accept(","):
            literals.append(self._literal(fact, ","))
        self._expect(")", "the list never ends", f"put commas between and ) behind: {example}")
        return tuple(literals)

    def _known(self, fact: Fact) -> bool:
        token = self._next()
        if token.text in {"known", "unknown"}:
            return token.text == "known"
        raise _wrong(
            token,
            "after `is` comes `known` or `unknown`",
            f"{fact.name} is unknown" if token.text == "not" else f"{fact.name} is known",
        )

    def _age(self, fact: Fact, *, older: bool) -> Age:
        token = self._next()
        if token.kind is not TokenKind.DURATION:
            words = "older than" if older else "within"
            raise _wrong(token, f"after `{words}` comes a duration", f"{fact.name} {words} 60d")
        return Age(fact=fact, older=older, duration=parse_duration(token.text))

    def _call(self, name: Token) -> Term:
        if name.text == _REPLY and self._asks_of_step():
            return self._reply(name)
        if name.text not in _CALLS:
            return self._of_key(name)
        self._next()
        token = self._next()
        if token.kind is not TokenKind.TEXT:
            raise _wrong(
                token, f"`{name.text}` asks for a quoted name", f"write {name.text}('name')"
            )
        self._expect(")", "the parenthesis never ends", f"write {name.text}({token.text})")
        inside = (token.start + 1, token.end - 1)
        if name.text == "segment":
            return InSegment(segment=token.text[1:-1], lasting=self._lasting(token), at=inside)
        if name.text in frozenset(Holding):
            return Offered(asked=Holding(name.text), offer=token.text[1:-1], at=inside)
        return Answered(answer=Answer(name.text), step=token.text[1:-1], at=inside)

    def _asks_of_step(self) -> bool:
        """Say whether two names follow; with one, it is a trait that is called so."""
        following = self._tokens[self._position + 2 : self._position + 3]
        return any(token.text == "," for token in following)

    def _reply(self, name: Token) -> Term:
        """Read a condition on what was answered: ``answer('ask', 'score') <= 6``."""
        example = "answer('step', 'property') <= 6"
        self._next()
        step = self._quoted(name, example)
        self._expect(",", "`answer` asks for a step and a property", f"write {example}")
        told = self._quoted(name, example)
        self._expect(")", "the parenthesis never ends", f"write {example}")
        inside = (told.start + 1, told.end - 1)
        asked = self._condition(Fact(name=told.text[1:-1], at=inside))
        if not isinstance(asked, Compare | OneOf | Known):
            advice = "compare it, or ask for it with in or is known"
            raise RuleSyntaxError("an answer has no age that can be asked for", advice, *inside)
        return Replied(step=step.text[1:-1], asked=asked, at=(step.start + 1, step.end - 1))

    def _quoted(self, name: Token, example: str) -> Token:
        token = self._next()
        if token.kind is not TokenKind.TEXT:
            raise _wrong(token, f"`{name.text}` asks for quoted names", f"write {example}")
        return token

    def _of_key(self, name: Token) -> Term:
        """Read a condition on a fact that is told apart by a key: ``by_brand('Acme') >= 2``."""
        self._next()
        token = self._next()
        if token.kind is not TokenKind.TEXT:
            raise _no_call(name)
        self._expect(")", "the parenthesis never ends", f"write {name.text}({token.text})")
        if self._peek().text in {"and", "or", ")", ""}:
            raise _no_call(name)
        inside = (token.start + 1, token.end - 1)
        fact = Fact(name=name.text, key=token.text[1:-1], at=name.at, key_at=inside)
        return self._condition(fact)

    def _lasting(self, name: Token) -> Duration | None:
        """Read for how long a customer has matched, if that is asked."""
        if not self._accept("for"):
            return None
        token = self._next()
        if token.kind is not TokenKind.DURATION:
            advice = f"segment({name.text}) for 14d"
            raise _wrong(token, "after `for` comes a duration", advice)
        return parse_duration(token.text)

    def _left_over(self) -> RuleSyntaxError:
        """Say what is wrong with what follows a complete rule."""
        token = self._peek()
        if token.text == ")":
            return _wrong(token, "this parenthesis closes nothing", "remove it")
        if token.text.lower() in {"and", "or"}:
            return _wrong(token, f"`{token.text}` is written small", f"write {token.text.lower()}")
        return _wrong(token, f"`{token.text}` cannot stand here", "join conditions by and, or")

    def _peek(self) -> Token:
        return self._tokens[self._position]

    def _next(self) -> Token:
        token = self._peek()
        self._position = min(self._position + 1, len(self._tokens) - 1)
        return token

    def _accept(self, text: str) -> bool:
        if self._peek().text != text:
            return False
        self._next()
        return True

    def _expect(self, text: str, message: str, advice: str) -> None:
        if not self._accept(text):
            raise _wrong(self._peek(), message, advice)

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        """Count one level of nesting, so that no text nests without bound."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _wrong(
                self._peek(),
                f"the rule is nested more than {_MAX_DEPTH} deep",
                "name a part of it as a segment, and ask segment('…')",
            )
        yield
        self._depth -= 1


def _wrong(token: Token, message: str, advice: str) -> RuleSyntaxError:
    return RuleSyntaxError(message, advice, *token.at)


def _no_call(name: Token) -> RuleSyntaxError:
    """Say what can be asked with parentheses."""
    known = ", ".join(f"{call}(…)" for call in (*_CALLS, _REPLY))
    advice = f"known are {known}, and a comparison with a trait of a key: {name.text}('key') >= 2"
    return _wrong(name, f"`{name.text}(…)` cannot be asked", advice)
