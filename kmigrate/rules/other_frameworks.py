"""Theano, or TensorFlow 1, is used directly beside Keras.

Keras 1 ran on Theano or TensorFlow 1, and programs often called them as well. Keras 2.15 and tf_keras run on
TensorFlow 2 only: Theano's tensors cannot meet Keras's any more, and TensorFlow 1's sessions, placeholders,
`tf.contrib` and collections are gone or work only through `tensorflow.compat.v1` with eager execution off. Nothing
here can be rewritten for certain, so the file will not run before a person has replaced what the finding names.

Before::

    import theano.tensor as T
    from keras import backend as K
    def loss(y_true, y_pred):
        return T.mean(T.sqr(y_true - y_pred))

After::

    import theano.tensor as T
    from keras import backend as K
    def loss(y_true, y_pred):
        return T.mean(T.sqr(y_true - y_pred))

There is no fix: most of Theano's functions have an equal in `keras.backend` (`T.mean` is `K.mean`), and so have
most of TensorFlow 1's (`tf.placeholder` is `keras.Input` or `K.placeholder`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Finding, Related, Severity
from kmigrate.program.program import Program
from kmigrate.program.scopes import ImportAlias
from kmigrate.program.values import keras_path
from kmigrate.rules.base import Rule
from kmigrate.rules.renaming import alias_offset

#: Names directly in ``tensorflow`` that TensorFlow 2 keeps in ``tensorflow.compat.v1`` only.
_V1_ONLY_NAMES = """
AUTO_REUSE AttrValue COMPILER_VERSION CXX11_ABI_FLAG CXX_VERSION ConditionalAccumulator ConditionalAccumulatorBase
ConfigProto Dimension Event FIFOQueue FixedLenFeature FixedLenSequenceFeature FixedLengthRecordReader GIT_VERSION
GPUOptions GRAPH_DEF_VERSION GRAPH_DEF_VERSION_MIN_CONSUMER GRAPH_DEF_VERSION_MIN_PRODUCER GraphDef GraphKeys
GraphOptions HistogramProto IdentityReader InteractiveSession LMDBReader LogMessage MONOLITHIC_BUILD MetaGraphDef
NameAttrList NoGradient NodeDef NotDifferentiable OpError OptimizerOptions PaddingFIFOQueue Print PriorityQueue
QUANTIZED_DTYPES QueueBase RandomShuffleQueue ReaderBase RunMetadata RunOptions Session SessionLog
SparseConditionalAccumulator SparseFeature SparseTensorValue Summary SummaryMetadata TFRecordReader TensorInfo
TextLineReader VERSION VarLenFeature VariableScope WholeFileReader accumulate_n add_check_numerics_ops
add_to_collection add_to_collections all_variables angle app arg_max arg_min assert_greater_equal assert_integer
assert_less_equal assert_near assert_negative assert_non_negative assert_non_positive assert_none_equal
assert_positive assert_proper_iterable assert_rank_at_least assert_rank_in assert_same_float_dtype assert_scalar
assert_type assert_variables_initialized assign assign_add assign_sub batch_gather batch_scatter_update
batch_to_space_nd betainc bincount ceil check_numerics cholesky cholesky_solve clip_by_average_norm colocate_with
confusion_matrix conj container convert_to_tensor_or_indexed_slices convert_to_tensor_or_sparse_tensor count_nonzero
count_up_to create_partitioned_variables cross cumprod decode_base64 decode_compressed decode_csv decode_json_example
decode_raw delete_session_tensor depth_to_space dequantize deserialize_many_sparse diag diag_part digamma
dimension_at_index dimension_value distributions div div_no_nan encode_base64 erf erfc expm1 extract_image_patches
fake_quant_with_min_max_args fake_quant_with_min_max_args_gradient fake_quant_with_min_max_vars
fake_quant_with_min_max_vars_gradient fake_quant_with_min_max_vars_per_channel
fake_quant_with_min_max_vars_per_channel_gradient fft fft2d fft3d fixed_size_partitioner flags floor_div floordiv
floormod get_collection get_collection_ref get_default_graph get_default_session get_local_variable get_seed
get_session_handle get_session_tensor get_variable get_variable_scope gfile global_norm global_variables
global_variables_initializer glorot_normal_initializer glorot_uniform_initializer ifft ifft2d ifft3d igamma igammac
imag initialize_all_tables initialize_all_variables initialize_local_variables initialize_variables invert_permutation
is_finite is_inf is_nan is_non_decreasing is_numeric_tensor is_strictly_increasing is_variable_initialized layers
lbeta lgamma lin_space load_file_system_library local_variables local_variables_initializer log log1p log_sigmoid
logging logical_xor make_template manip matching_files matrix_band_part matrix_determinant matrix_diag
matrix_diag_part matrix_inverse matrix_set_diag matrix_solve matrix_solve_ls matrix_transpose matrix_triangular_solve
min_max_variable_partitioner mod model_variables moving_average_variables multinomial no_regularizer op_scope
orthogonal_initializer parse_example parse_single_example parse_single_sequence_example parse_tensor placeholder
placeholder_with_default polygamma py_func python_io qr quantize quantized_concat random_crop random_gamma
random_normal random_poisson random_shuffle random_uniform read_file real reciprocal reduce_join regex_replace
report_uninitialized_variables reset_default_graph resource_loader rint rsqrt scatter_add scatter_div scatter_max
scatter_min scatter_mul scatter_nd_add scatter_nd_sub scatter_nd_update scatter_sub scatter_update segment_max
segment_mean segment_min segment_prod segment_sum self_adjoint_eig self_adjoint_eigvals serialize_many_sparse
serialize_sparse serialize_tensor set_random_seed setdiff1d space_to_depth sparse_add sparse_concat
sparse_fill_empty_rows sparse_mask sparse_matmul sparse_maximum sparse_merge sparse_minimum sparse_placeholder
sparse_reduce_max sparse_reduce_max_sparse sparse_reduce_sum sparse_reduce_sum_sparse sparse_reorder
sparse_reset_shape sparse_reshape sparse_retain sparse_segment_mean sparse_segment_sqrt_n sparse_segment_sum
sparse_slice sparse_softmax sparse_split sparse_tensor_dense_matmul sparse_tensor_to_dense sparse_to_dense
sparse_to_indicator sparse_transpose spectral squared_difference string_join string_split string_strip
string_to_hash_bucket string_to_hash_bucket_fast string_to_hash_bucket_strong string_to_number substr svd
tables_initializer tensor_scatter_add tensor_scatter_sub tensor_scatter_update to_bfloat16 to_complex128 to_complex64
to_double to_float to_int32 to_int64 trace trainable_variables truncated_normal truncated_normal_initializer
uniform_unit_scaling_initializer unsorted_segment_max unsorted_segment_mean unsorted_segment_min unsorted_segment_prod
unsorted_segment_sqrt_n unsorted_segment_sum variable_axis_size_partitioner variable_op_scope variable_scope
variables_initializer variance_scaling_initializer verify_tensor_all_finite wrap_function write_file zeta
"""
V1_ONLY = frozenset(_V1_ONLY_NAMES.split())
#: Names that went before TensorFlow 2: in 1.0 (``mul`` is ``multiply``, ``pack`` is ``stack``…), and ``contrib``.
_GONE_NAMES = """
batch_matmul complex_abs contrib histogram_summary image_summary merge_all_summaries mul neg pack scalar_summary
select sub unpack
"""
GONE = frozenset(_GONE_NAMES.split())
_SHOWN = 5


def check(program: Program) -> Iterator[Finding]:
    """One finding a framework, at the first import of it, with the places that will fail."""
    if not program.touches_keras:
        return
    theano = [a for a in program.module.imports if a.path.partition(".")[0] == "theano"]
    if theano:
        message = (
            "Theano is used directly and Keras 2 runs on TensorFlow only: this file cannot run as it is; write what it "
            "does with Theano's tensors in functions of keras.backend"
        )
        yield _finding(program, theano[0], message, [])
    tensorflow = [
        a for a in program.module.imports if a.path.partition(".")[0] == "tensorflow" and keras_path(a.path) is None
    ]
    used = [entry for alias in tensorflow for entry in _used(program, alias)]
    if used:
        names = list(dict.fromkeys(name for name, _ in used))
        shown = ", ".join(f"`{name}`" for name in names[:_SHOWN]) + (" and more" if len(names) > _SHOWN else "")
        message = (
            f"TensorFlow 1 is used directly ({shown}) and Keras 2 runs on TensorFlow 2: this file cannot run as it is; "
            "use functions of keras.backend, or tensorflow.compat.v1 with eager execution off"
        )
        yield _finding(program, tensorflow[0], message, used)


def _used(program: Program, alias: ImportAlias) -> Iterator[tuple[str, ast.AST]]:
    """Names of TensorFlow 1 that are reached through one import."""
    parts = alias.path.split(".")
    if len(parts) > 1 and _gone(parts[1]):
        yield alias.path, alias.alias
        return
    if len(parts) > 1 or alias.name == "*":
        return
    module = program.module
    for node, scope in module.names:
        if node.id != alias.name:
            continue
        found = scope.lookup(node.id)
        above = module.parents.get(node)
        if found is None or alias not in found[1] or not isinstance(above, ast.Attribute) or not _gone(above.attr):
            continue
        longest: ast.Attribute = above
        while isinstance(outer := module.parents.get(longest), ast.Attribute):
            longest = outer
        if keras_path(f"tensorflow.{ast.unparse(longest).partition('.')[2]}") is None:
            yield f"{alias.name}.{above.attr}", above


def _gone(name: str) -> bool:
    return name in V1_ONLY or name in GONE or name == "python"


def _finding(program: Program, alias: ImportAlias, message: str, used: list[tuple[str, ast.AST]]) -> Finding:
    span = program.module.span(alias.statement)
    assert alias_offset(program, alias) >= span.start
    related = tuple(Related(f"`{name}` is gone", program.module.span(node)) for name, node in used[:20])
    return Finding("KM208", message, Severity.ERROR, span, None, related)


RULE = Rule("KM208", "other-framework", __doc__, check)
