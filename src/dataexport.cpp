/// @file
/// The compiled form of the core: every body, once.
#if !defined(DATAEXPORT_COMPILED)
#error "build this file with -DDATAEXPORT_COMPILED"
#endif

#include <dataexport/access/impl/permission_evaluator.ipp>
#include <dataexport/access/impl/project_selection.ipp>
#include <dataexport/api/impl/conditional.ipp>
#include <dataexport/api/impl/content_disposition.ipp>
#include <dataexport/api/impl/export_json.ipp>
#include <dataexport/api/impl/message.ipp>
#include <dataexport/api/impl/percent_encoding.ipp>
#include <dataexport/api/impl/range.ipp>
#include <dataexport/core/impl/error.ipp>
#include <dataexport/core/impl/exported_data.ipp>
#include <dataexport/core/impl/exported_data_json.ipp>
#include <dataexport/core/impl/json.ipp>
#include <dataexport/core/impl/time.ipp>
#include <dataexport/core/impl/warning.ipp>
#include <dataexport/memory/impl/memory_export_store.ipp>
#include <dataexport/ports/impl/digest.ipp>
#include <dataexport/request/impl/export_kind.ipp>
#include <dataexport/request/impl/export_query_serializer.ipp>
#include <dataexport/request/impl/python_value.ipp>
#include <dataexport/request/impl/request_key.ipp>
#include <dataexport/search/impl/search_query.ipp>
