//! Functions and tables that loop nests use: host functions (those of the interpreter), functions of the module that are made
//! from definitions, and tables.

use cranelift_codegen::ir::{
    AbiParam, ExtFuncData, ExternalName, FuncRef, Function, GlobalValue, GlobalValueData, Signature, Type, UserExternalName,
    types,
};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_module::{DataId, FuncId, Linkage, Module, ModuleError};
use std::collections::BTreeSet;
use tradewind_ir::element::Element;
use tradewind_ir::{BinaryOp, DType, Native, math};

/// A result, or what Cranelift could not do.
pub(super) type Outcome<T> = Result<T, Box<ModuleError>>;

/// A function that loop nests call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum HostFunction {
    /// `//` of `f32` or `f64`.
    FloorDiv(DType),
    /// `%` of `f32` or `f64`.
    Mod(DType),
    /// A transcendental function of the host, of doubles.
    Native(Native),
    /// A transcendental function of the module, made from its definition, of pairs of doubles.
    Defined(Native),
    /// Takes note of a data-dependent index that does not exist: a function of the module that leaves all registers alone and
    /// calls [`HostFunction::TakeNote`]. The code around a check then keeps its values in registers.
    Report,
    /// Takes note of a data-dependent index that does not exist: the host's.
    TakeNote,
}

/// The functions and tables that a module knows.
pub(super) struct Host {
    config: TargetFrontendConfig,
    functions: Vec<(HostFunction, FuncId)>,
    /// The tables of the definitions in use.
    tables: Vec<((Native, usize), DataId)>,
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
                f64::native(Native::$name, [x, 0.0, 0.0])
            }
            apply as extern "C" fn(f64) -> f64 as *const u8
        }),)* $((HostFunction::Native(Native::$name2), {
            extern "C" fn apply(x: f64, y: f64) -> f64 {
                f64::native(Native::$name2, [x, y, 0.0])
            }
            apply as extern "C" fn(f64, f64) -> f64 as *const u8
        }),)*]
    };
}

/// The functions of the host with their addresses; that of [`HostFunction::TakeNote`] is left to who installs code.
pub(super) fn addresses() -> Vec<(HostFunction, *const u8)> {
    let mut all = vec![
        (HostFunction::FloorDiv(DType::F32), binary!(f32, FloorDiv)),
        (HostFunction::FloorDiv(DType::F64), binary!(f64, FloorDiv)),
        (HostFunction::Mod(DType::F32), binary!(f32, Mod)),
        (HostFunction::Mod(DType::F64), binary!(f64, Mod)),
    ];
    all.extend(native!(Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh, Asinh, Acosh, Atanh, Cbrt, Exp, Log, Log10, Gamma, Erf, Erfc; Pow));
    all
}

impl HostFunction {
    /// The symbol that stands for it.
    pub(super) fn symbol(self) -> String {
        match self {
            HostFunction::FloorDiv(dtype) => format!("tradewind.floordiv.{dtype}"),
            HostFunction::Mod(dtype) => format!("tradewind.mod.{dtype}"),
            HostFunction::Native(native) => format!("tradewind.{}", native.name()),
            HostFunction::Defined(native) => format!("defined.{}", native.name()),
            HostFunction::Report => "report".to_string(),
            HostFunction::TakeNote => "tradewind.take_note".to_string(),
        }
    }

    /// How it is called.
    pub(super) fn signature(self, call_conv: CallConv) -> Signature {
        let mut signature = Signature::new(call_conv);
        let (ty, params): (Type, usize) = match self {
            HostFunction::Report | HostFunction::TakeNote => {
                if self == HostFunction::Report {
                    signature.call_conv = CallConv::PreserveAll;
                }
                signature.params = vec![AbiParam::new(types::I64)];
                return signature;
            }
            HostFunction::FloorDiv(DType::F32) | HostFunction::Mod(DType::F32) => (types::F32, 2),
            HostFunction::FloorDiv(_) | HostFunction::Mod(_) => (types::F64, 2),
            HostFunction::Native(native) => (types::F64, native.arity()),
            HostFunction::Defined(native) => (types::F64X2, native.arity()),
        };
        signature.params = vec![AbiParam::new(ty); params];
        signature.returns = vec![AbiParam::new(ty)];
        signature
    }
}

/// The symbol that stands for a table of a function's definition.
fn table_symbol(native: Native, table: usize) -> String {
    format!("tradewind.{}.table{table}", native.name())
}

/// The tables that a function's definition has, with their symbols and addresses.
pub(super) fn tables(native: Native) -> Vec<(String, *const u8)> {
    let tables = math::definition(native).map_or(&[][..], |definition| &definition.tables);
    tables.iter().enumerate().map(|(n, table)| (table_symbol(native, n), table.as_ptr().cast())).collect()
}

impl Host {
    /// Declares all functions of the host, and the tables of some native functions, in a module, which must find their addresses
    /// by the symbols in [`addresses`] and [`tables`]; and the functions of the module for those that have a definition, and, if
    /// it `checks` indexes, for reports.
    pub(super) fn declare(module: &mut impl Module, natives: &BTreeSet<Native>, checks: bool) -> Outcome<Host> {
        let config = module.target_config();
        let mut host = Host { config, functions: Vec::new(), tables: Vec::new() };
        let imported = addresses().into_iter().map(|(function, _)| function).chain([HostFunction::TakeNote]);
        let imported = imported.map(|function| (function, Linkage::Import));
        let defined = natives.iter().filter(|native| math::definition(**native).is_some());
        let defined = defined.map(|native| HostFunction::Defined(*native)).chain(checks.then_some(HostFunction::Report));
        let defined = defined.map(|function| (function, Linkage::Local));
        for (function, linkage) in imported.chain(defined) {
            let signature = function.signature(config.default_call_conv);
            let id = module.declare_function(&function.symbol(), linkage, &signature)?;
            host.functions.push((function, id));
        }
        for native in natives {
            for (n, (symbol, _)) in tables(*native).into_iter().enumerate() {
                let id = module.declare_data(&symbol, Linkage::Import, false, false)?;
                host.tables.push(((*native, n), id));
            }
        }
        Ok(host)
    }

    /// What the platform's functions are like.
    pub(super) fn config(&self) -> TargetFrontendConfig {
        self.config
    }

    /// The functions to be made for the module.
    pub(super) fn defined(&self) -> impl Iterator<Item = (HostFunction, FuncId)> {
        let ours = |f: &HostFunction| matches!(f, HostFunction::Defined(_) | HostFunction::Report);
        self.functions.iter().copied().filter(move |(function, _)| ours(function))
    }

    /// The function for calls from `into`.
    pub(super) fn import(&self, function: HostFunction, into: &mut Function) -> FuncRef {
        let id = self.functions.iter().find(|(f, _)| *f == function).map_or(0, |(_, id)| id.as_u32());
        let name = into.declare_imported_user_function(UserExternalName::new(0, id));
        let signature = into.import_signature(function.signature(self.config.default_call_conv));
        into.import_function(ExtFuncData { name: ExternalName::user(name), signature, colocated: false, patchable: false })
    }

    /// The table for reading in `into`.
    pub(super) fn table(&self, native: Native, table: usize, into: &mut Function) -> GlobalValue {
        let id = self.tables.iter().find(|(t, _)| *t == (native, table)).map_or(0, |(_, id)| id.as_u32());
        let name = ExternalName::user(into.declare_imported_user_function(UserExternalName::new(1, id)));
        into.create_global_value(GlobalValueData::Symbol { name, offset: 0.into(), colocated: false, tls: false })
    }
}
