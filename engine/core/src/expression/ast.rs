//! The tree an expression is parsed into.
//!
//! Chains (`a.b.c`, `a + b + c`, `a && b && c`, `a ? b : c ? d : e`) are flat lists, so the height of the tree is how deep
//! a person nested brackets, and neither parsing, evaluating nor dropping it can overflow the stack.

use serde_json::Value;

use super::error::Span;
use super::functions::Function;
use super::methods::MethodSet;
use super::pattern::Pattern;

#[derive(Debug)]
pub(crate) struct Expr {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Constant(Value),
    /// NaN and the infinities, which JSON can't hold.
    Float(f64),
    Root(Base),
    /// `steps.id`; where `lenient`, a step without an output is null rather than an error.
    Step {
        id: String,
        lenient: bool,
    },
    /// A parameter of an arrow function.
    Slot(u16),
    Path {
        base: Box<Expr>,
        links: Vec<Link>,
    },
    Call {
        function: &'static Function,
        arguments: Vec<Argument>,
    },
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Plus(Box<Expr>),
    TypeOf(Box<Expr>),
    /// Operators of the same precedence, from the left.
    Binary {
        first: Box<Expr>,
        rest: Vec<(Operator, Expr)>,
    },
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Coalesce(Vec<Expr>),
    Conditional {
        branches: Vec<(Expr, Expr)>,
        otherwise: Box<Expr>,
    },
    List(Vec<Element>),
    Object(Vec<Field>),
    Template(Vec<Piece>),
    Pattern(Box<Pattern>),
}

/// A name every expression may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Input,
    Steps,
    Trigger,
    Run,
    Vars,
    Item,
    Index,
}

impl Base {
    pub(crate) const ALL: [(&'static str, Base); 7] = [
        ("input", Base::Input),
        ("steps", Base::Steps),
        ("trigger", Base::Trigger),
        ("run", Base::Run),
        ("vars", Base::Vars),
        ("item", Base::Item),
        ("index", Base::Index),
    ];

    /// For people who choose one.
    pub(crate) fn docs(self) -> &'static str {
        match self {
            Base::Input => "What arrived at this node.",
            Base::Steps => "The outputs of earlier nodes.",
            Base::Trigger => "What started the run.",
            Base::Run => "The run itself.",
            Base::Vars => "The workspace's variables.",
            Base::Item => "The item of the loop around.",
            Base::Index => "The position of that item, from 0.",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Base> {
        Base::ALL.iter().find(|(candidate, _)| *candidate == name).map(|(_, base)| *base)
    }
}

/// One step along a path; `?.` makes it optional.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) span: Span,
    pub(crate) is_optional: bool,
    pub(crate) kind: LinkKind,
}

#[derive(Debug)]
pub(crate) enum LinkKind {
    Member(String),
    Index(Expr),
    Method(Box<MethodSet>, Vec<Argument>),
}

#[derive(Debug)]
pub(crate) enum Argument {
    Value(Expr),
    Spread(Expr),
    Callback(Callback),
}

/// What a list method calls for each item.
#[derive(Debug)]
pub(crate) enum Callback {
    Arrow {
        params: Vec<Param>,
        body: Expr,
    },
    /// A function passed by name: `list.map(upper)`.
    Named {
        function: &'static Function,
        span: Span,
    },
}

impl Callback {
    /// How many arguments it looks at.
    pub(crate) fn arity(&self) -> usize {
        match self {
            Callback::Arrow { params, .. } => params.len(),
            Callback::Named { .. } => 1,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) target: Target,
    /// Used where the argument is null.
    pub(crate) default: Option<Expr>,
}

/// Where an argument goes.
#[derive(Debug)]
pub(crate) enum Target {
    /// `is_used_once`: its only use may take the value out of the slot, so that texts and lists grow in place.
    Slot {
        slot: u16,
        is_used_once: bool,
    },
    List {
        items: Vec<Option<Param>>,
        rest: Option<u16>,
        span: Span,
    },
    Object {
        fields: Vec<(String, Param)>,
        rest: Option<u16>,
        span: Span,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Equal,
    NotEqual,
    LooselyEqual,
    NotLooselyEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
}

#[derive(Debug)]
pub(crate) enum Element {
    Item(Expr),
    Spread(Expr),
}

#[derive(Debug)]
pub(crate) enum Field {
    Named(String, Expr),
    Computed(Expr, Expr),
    Spread(Expr),
}

#[derive(Debug)]
pub(crate) enum Piece {
    Text(String),
    Hole(Expr),
}
