//! Functions of the host that compiled code calls: the ones that the interpreter uses.

use cranelift_codegen::ir::{AbiParam, ExtFuncData, ExternalName, FuncRef, Function, Signature, Type, UserExternalName, types};
use cranelift_codegen::isa::CallConv;
use cranelift_module::{FuncId, Linkage, Module};
use tradewind_ir::element::Element;
use tradewind_ir::{BinaryOp, DType, Native};

use super::jit::Outcome;

/// A function of the host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum HostFunction {
    /// `//` of `f32` or `f64`.
    FloorDiv(DType),
    /// `%` of `f32` or `f64`.
    Mod(DType),
    /// A transcendental function, of doubles.
    Native(Native),
}

/// The functions that a module knows.
pub(super) struct Host {
    call_conv: CallConv,
    known: Vec<(HostFunction, FuncId)>,
}

macro_rules! binary {
    ($t:ty, $op:ident) => {{
        extern "C" fn apply(a: $t, b: $t) -> $t {
            <$t>::binary(BinaryOp::$op, a, b)
        }
        apply as extern "C" fn($t, $t) -> $t as *const u8
    }};
}

macro_rules! native {
    ($($name:ident),*; $($name2:ident),*) => {
        [$((HostFunction::Native(Native::$name), {
            extern "C" fn apply(x: f64) -> f64 {
                f64::native(Native::$name, x, 0.0)
            }
            apply as extern "C" fn(f64) -> f64 as *const u8
        }),)* $((HostFunction::Native(Native::$name2), {
            extern "C" fn apply(x: f64, y: f64) -> f64 {
                f64::native(Native::$name2, x, y)
            }
            apply as extern "C" fn(f64, f64) -> f64 as *const u8
        }),)*]
    };
}

/// Every function with its address.
pub(super) fn addresses() -> Vec<(HostFunction, *const u8)> {
    let mut all = vec![
        (HostFunction::FloorDiv(DType::F32), binary!(f32, FloorDiv)),
        (HostFunction::FloorDiv(DType::F64), binary!(f64, FloorDiv)),
        (HostFunction::Mod(DType::F32), binary!(f32, Mod)),
        (HostFunction::Mod(DType::F64), binary!(f64, Mod)),
    ];
    all.extend(native!(Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh, Exp, Log, Log10; Pow));
    all
}

impl HostFunction {
    /// The symbol that stands for it.
    pub(super) fn symbol(self) -> String {
        match self {
            HostFunction::FloorDiv(dtype) => format!("tradewind.floordiv.{dtype}"),
            HostFunction::Mod(dtype) => format!("tradewind.mod.{dtype}"),
            HostFunction::Native(native) => format!("tradewind.{}", native.name()),
        }
    }

    fn signature(self, call_conv: CallConv) -> Signature {
        let (ty, params): (Type, usize) = match self {
            HostFunction::FloorDiv(DType::F32) | HostFunction::Mod(DType::F32) => (types::F32, 2),
            HostFunction::FloorDiv(_) | HostFunction::Mod(_) => (types::F64, 2),
            HostFunction::Native(native) => (types::F64, native.arity()),
        };
        let mut signature = Signature::new(call_conv);
        signature.params = vec![AbiParam::new(ty); params];
        signature.returns = vec![AbiParam::new(ty)];
        signature
    }
}

impl Host {
    /// Declares all functions in a module, which must find their addresses by [`HostFunction::symbol`].
    pub(super) fn declare(module: &mut impl Module) -> Outcome<Host> {
        let call_conv = module.target_config().default_call_conv;
        let mut known = Vec::new();
        for (function, _) in addresses() {
            let signature = function.signature(call_conv);
            known.push((function, module.declare_function(&function.symbol(), Linkage::Import, &signature)?));
        }
        Ok(Host { call_conv, known })
    }

    /// The function for calls from `into`.
    pub(super) fn import(&self, function: HostFunction, into: &mut Function) -> FuncRef {
        let id = self.known.iter().find(|(f, _)| *f == function).map_or(0, |(_, id)| id.as_u32());
        let name = into.declare_imported_user_function(UserExternalName::new(0, id));
        let signature = into.import_signature(function.signature(self.call_conv));
        into.import_function(ExtFuncData { name: ExternalName::user(name), signature, colocated: false, patchable: false })
    }
}
